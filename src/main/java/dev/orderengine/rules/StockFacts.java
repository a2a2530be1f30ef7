package dev.orderengine.rules;

/**
 * What rules may know of the stock.
 *
 * @param minAvailable the least available stock (over all locations) among the order's products, before this order
 */
public record StockFacts(long minAvailable) {}
