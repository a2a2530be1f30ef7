package dev.orderengine.inventory;

/** So many units of a product at a location; at least one. */
public record StockUnits(String productId, String locationId, int quantity) {}
