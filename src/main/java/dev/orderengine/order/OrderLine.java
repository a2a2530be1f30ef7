package dev.orderengine.order;

import dev.orderengine.money.Money;

/**
 * One line of a request.
 *
 * @param unitPrice what the customer saw; null if it was not sent
 */
public record OrderLine(String productId, int quantity, Money unitPrice) {}
