package dev.orderengine.order;

/**
 * Gives money back without anything being cancelled or returned.
 *
 * @param amount a decimal in the order's currency, as it was sent
 * @param reason for people
 */
public record RefundOrder(String amount, String reason) implements OrderCommand {}
