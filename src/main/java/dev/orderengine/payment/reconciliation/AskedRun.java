package dev.orderengine.payment.reconciliation;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.AnsweredKeys.Answer;
import dev.orderengine.database.Once;
import dev.orderengine.database.RequestKey;
import java.util.function.Function;

/**
 * The wish that a day be compared now.
 *
 * @param run to be added
 * @param format makes the answer of it
 * @param key null if the request has none
 * @param recording of what comes of it
 */
public record AskedRun(Run run, Function<Run, Answer> format, RequestKey key, Recording<Once<Run>> recording) {}
