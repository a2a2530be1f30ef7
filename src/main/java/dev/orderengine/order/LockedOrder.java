package dev.orderengine.order;

/**
 * An order, locked for a decision, with all that decisions on commands need.
 *
 * @param funds what its payments took and hold
 * @param goods where its units are
 */
public record LockedOrder(OrderState state, OrderDetails details, Funds funds, Goods goods) {}
