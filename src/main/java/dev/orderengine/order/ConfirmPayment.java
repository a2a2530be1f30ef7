package dev.orderengine.order;

import java.util.UUID;

/**
 * Says that money came for a bank transfer, in whole or in part. Each call is about money of its own.
 *
 * @param paymentId of the order's transfer
 * @param amount a decimal in the order's currency, as it was sent
 */
public record ConfirmPayment(UUID paymentId, String amount) implements OrderCommand {}
