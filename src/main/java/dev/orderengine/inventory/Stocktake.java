package dev.orderengine.inventory;

import dev.orderengine.database.AnsweredKeys.Answer;

/** What came of changing the stock at a location. All but {@link Done} and {@link Repeated} changed nothing. */
public sealed interface Stocktake {

    /**
     * It is done.
     *
     * @param created whether the location had none of the product so far
     * @param difference units that came in
     */
    record Done(boolean created, long difference, Answer answer) implements Stocktake {}

    /** The same request was done before; this was its answer. */
    record Repeated(Answer answer) implements Stocktake {}

    /** There is no such product, or no such location. */
    record Unknown(String what) implements Stocktake {}

    /** The stock is not what the writer expected. */
    record NotAsExpected() implements Stocktake {}

    /** There would be less than is reserved. */
    record BelowReserved(long wanted, StockLevels.AtLocation now) implements Stocktake {}

    /** There would be more than can be counted. */
    record BeyondCount(long wanted) implements Stocktake {}

    /** The idempotency key stands for another request. */
    record KeyReused() implements Stocktake {}
}
