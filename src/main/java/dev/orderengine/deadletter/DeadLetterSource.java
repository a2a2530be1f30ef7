package dev.orderengine.deadletter;

import java.util.List;

/**
 * Where dead letters are.
 *
 * @param letters how many; null when SQS does not say. Of events and mails counted up to 10,000
 * @param latest the last ones, latest first; none of a queue, for looking at its messages would hide them from others
 */
public record DeadLetterSource(String name, Long letters, List<DeadLetter> latest) {}
