package dev.orderengine.order;

/**
 * Says what becomes of an order that the rules wanted reviewed.
 *
 * @param note for people; null if there is none
 */
public record ReviewOrder(boolean approved, String note) implements OrderCommand {}
