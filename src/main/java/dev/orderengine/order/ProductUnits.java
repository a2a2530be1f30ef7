package dev.orderengine.order;

/** So many units of a product, as a command names them; at least one. */
public record ProductUnits(String productId, int quantity) {}
