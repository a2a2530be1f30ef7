/**
 * Charging orders, off the request's path (specification, section 6). A payment is a durable job: whoever holds its lease
 * drives it, and a crash at any point leads to the same result as no crash.
 *
 * <p>{@link dev.orderengine.payment.JobRunner} claims due payments, and refunds, in batches, hands each to its provider through
 * {@link dev.orderengine.payment.Guarded}, and settles the answers in batches; what an answer means is decided by
 * {@link dev.orderengine.payment.PaymentDecider} and {@link dev.orderengine.payment.RefundDecider} alone.
 */
package dev.orderengine.payment;
