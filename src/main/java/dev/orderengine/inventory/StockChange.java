package dev.orderengine.inventory;

/** What shall become of the units on hand at a location. */
public sealed interface StockChange {

    /** They were counted: so many there are. */
    record Count(int onHand) implements StockChange {}

    /** So many came in or, if it is negative, are lost. */
    record Adjust(int by) implements StockChange {}

    /** What is on hand after it; it may be below zero, or more than can be counted. */
    default long appliedTo(long onHand) {
        return this instanceof Adjust adjust ? onHand + adjust.by() : ((Count) this).onHand();
    }
}
