package dev.orderengine.order;

/**
 * An order, locked for a decision, with all that decisions on commands need.
 *
 * @param funds what its payments took and hold
 * @param verification the code that was sent to its customer; null if none was
 * @param goods where its units are
 */
public record LockedOrder(
        OrderState state, OrderDetails details, Funds funds, Verification verification, Goods goods) {}
