package dev.orderengine.deadletter;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.AnsweredKeys.Answer;
import dev.orderengine.database.Once;
import dev.orderengine.database.RequestKey;
import java.util.function.IntFunction;

/**
 * The wish that dead letters be tried again.
 *
 * @param source one of {@link DeadLetters#sources()}
 * @param format makes the answer of how many there were
 * @param key null if the request has none
 * @param recording of what comes of it
 */
public record Redrive(String source, IntFunction<Answer> format, RequestKey key, Recording<Once<Integer>> recording) {}
