package dev.orderengine.payment;

import java.time.Instant;

/**
 * Work that waits.
 *
 * @param due jobs whose time has come
 * @param oldestDue when the first of them was due; null if none is
 * @param flagged jobs that wait for a person
 */
public record Backlog(long due, Instant oldestDue, long flagged) {}
