package dev.orderengine.payment.reconciliation;

import java.time.LocalDate;
import java.util.UUID;

/**
 * Which runs are wanted; null wants all.
 *
 * @param before the last one of the page before
 */
public record RunFilter(String provider, LocalDate day, UUID before) {}
