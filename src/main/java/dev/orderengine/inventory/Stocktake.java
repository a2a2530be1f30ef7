package dev.orderengine.inventory;

/** What came of changing the stock at a location. All but {@link Done} changed nothing. */
public sealed interface Stocktake {

    /**
     * It is done.
     *
     * @param created whether the location had none of the product so far
     * @param difference units that came in
     * @param after what there is now of the product
     */
    record Done(boolean created, long difference, StockLevels after) implements Stocktake {}

    /** There is no such product, or no such location. */
    record Unknown(String what) implements Stocktake {}

    /** The stock is not what the writer expected. */
    record NotAsExpected() implements Stocktake {}

    /** There would be less than is reserved. */
    record BelowReserved(long wanted, StockLevels.AtLocation now) implements Stocktake {}

    /** There would be more than can be counted. */
    record BeyondCount(long wanted) implements Stocktake {}
}
