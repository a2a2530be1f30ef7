package dev.orderengine.deadletter;

import java.time.Instant;
import java.util.UUID;

/**
 * An event or a mail that was given up.
 *
 * @param sequence of the order's event that it is, or tells of
 * @param what the event's type, or the mail's kind
 * @param reason why it was given up
 * @param redrivable whether it may be tried again: a mail that may have been sent is not, for customers are told at most once
 */
public record DeadLetter(UUID orderId, int sequence, String what, String reason, Instant at, boolean redrivable) {}
