package dev.orderengine.rules;

/** Facts that are read together. All but {@link #ORDER} cost a database read, so that they are fetched when asked for. */
public enum FactGroup {
    /** The order itself and the time: always there, never asked for. */
    ORDER,
    /** {@link StockFacts}. */
    STOCK,
    /** {@link Returns}. */
    RETURNS,
    /** {@link History}. */
    HISTORY
}
