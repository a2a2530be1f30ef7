package dev.orderengine.money;

import java.math.BigDecimal;
import java.util.Currency;

/** What came of converting an amount to US dollars. */
public sealed interface Conversion {

    /**
     * The amount in US dollars.
     *
     * @param usd exact, not rounded to cents, so that strict comparisons are strict
     * @param rate the rate used: US dollars per unit of the amount's currency; kept with the order
     * @param ratesVersion the version of the table that the rate is from; kept with the order
     */
    record Converted(BigDecimal usd, BigDecimal rate, String ratesVersion) implements Conversion {}

    /** The table has no rate for the currency: an order in it is refused. */
    record NoRate(Currency currency) implements Conversion {}
}
