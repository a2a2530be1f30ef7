package dev.orderengine.order;

import dev.orderengine.money.Money;

/**
 * One line of an order and how far its units have come. A unit is open until it is cancelled or allocated to a fulfilment; an
 * allocated one is fulfilled when it ships, or open again when its fulfilment fails; a fulfilled one may come back.
 *
 * <p>Kept in {@code orders.items}; the counts are left out there while all are zero. What always holds, here and by a constraint of the
 * table: no count is negative, {@code cancelled + allocated + fulfilled <= quantity}, and {@code returned <= fulfilled}. The stock that a
 * live order holds of a product is {@link #held()}.
 *
 * @param quantity units ordered; never changes
 * @param cancelled units that will never ship
 * @param allocated units in fulfilments that have not shipped
 * @param fulfilled units that have shipped
 * @param returned units of the fulfilled ones that came back
 */
public record OrderItem(
        String productId, int quantity, Money unitPrice, int cancelled, int allocated, int fulfilled, int returned) {

    /** @throws IllegalArgumentException when the counts do not add up */
    public OrderItem {
        boolean negative = cancelled < 0 || allocated < 0 || fulfilled < 0 || returned < 0;
        if (negative || cancelled + allocated + fulfilled > quantity || returned > fulfilled) {
            throw new IllegalArgumentException("the units of " + productId + " do not add up: " + quantity
                    + " ordered, "
                    + cancelled + " cancelled, " + allocated + " allocated, " + fulfilled + " fulfilled, " + returned
                    + " returned");
        }
    }

    /** A line of which nothing has happened yet. */
    public static OrderItem of(String productId, int quantity, Money unitPrice) {
        return new OrderItem(productId, quantity, unitPrice, 0, 0, 0, 0);
    }

    /** Units that may still be cancelled or allocated. */
    public int open() {
        return quantity - cancelled - allocated - fulfilled;
    }

    /** Units whose stock is reserved. */
    public int held() {
        return quantity - cancelled - fulfilled;
    }

    /** What is to be paid for the line: all that is not cancelled. */
    public Money due() {
        return unitPrice.times(quantity - cancelled);
    }

    /** The line with so many open units cancelled. */
    public OrderItem cancel(int units) {
        return new OrderItem(productId, quantity, unitPrice, cancelled + units, allocated, fulfilled, returned);
    }

    /** The line with so many open units allocated; less, if negative. */
    public OrderItem allocate(int units) {
        return new OrderItem(productId, quantity, unitPrice, cancelled, allocated + units, fulfilled, returned);
    }

    /** The line with so many allocated units shipped. */
    public OrderItem ship(int units) {
        return new OrderItem(productId, quantity, unitPrice, cancelled, allocated - units, fulfilled + units, returned);
    }

    /** The line with so many fulfilled units back. */
    public OrderItem takeBack(int units) {
        return new OrderItem(productId, quantity, unitPrice, cancelled, allocated, fulfilled, returned + units);
    }
}
