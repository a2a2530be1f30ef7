package dev.orderengine.rules;

/**
 * What the customer sent back.
 *
 * @param items30d units returned in the last 30 days
 */
public record Returns(long items30d) {}
