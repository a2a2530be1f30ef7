package dev.orderengine.database;

import dev.orderengine.database.AnsweredKeys.Answer;

/**
 * What became of a request that its idempotency key lets be done once.
 *
 * @param <T> what the request does, or why it is refused
 */
public sealed interface Once<T> {

    /** It is done now. */
    record Done<T>(T result, Answer answer) implements Once<T> {}

    /** It changed nothing, and its key is free again. */
    record Refused<T>(T result) implements Once<T> {}

    /** The same request was done before, with that answer. */
    record Repeated<T>(Answer answer) implements Once<T> {}

    /** The key stands for another request. */
    record KeyReused<T>() implements Once<T> {}
}
