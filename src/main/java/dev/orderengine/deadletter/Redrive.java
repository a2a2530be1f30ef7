package dev.orderengine.deadletter;

import dev.orderengine.audit.Recording;
import dev.orderengine.database.AnsweredKeys.Answer;
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
public record Redrive(String source, IntFunction<Answer> format, RequestKey key, Recording<Outcome> recording) {

    /** What came of it. */
    public sealed interface Outcome {

        /** So many are tried again. */
        record Done(int letters, Answer answer) implements Outcome {}

        /** The same request was done before, with that answer. */
        record Repeated(Answer answer) implements Outcome {}

        /** The key stands for another request. */
        record KeyReused() implements Outcome {}
    }
}
