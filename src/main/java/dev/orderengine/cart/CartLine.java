package dev.orderengine.cart;

/**
 * One line of a cart.
 *
 * @param productVersion of the product when the line was written; 0 for a product that there was not
 */
public record CartLine(String productId, int quantity, int productVersion) {}
