package dev.orderengine.rules;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The orders that the customer placed before this one, whatever became of them. This order is not among them: facts
 * named {@code velocity.*} add it.
 *
 * @param orders1h orders placed in the last hour
 * @param orders24h orders placed in the last 24 hours
 * @param usd24h their amount in US dollars, unrounded
 * @param ordersTotal orders placed ever
 * @param usdTotal their amount in US dollars, unrounded
 */
public record History(long orders1h, long orders24h, BigDecimal usd24h, long ordersTotal, BigDecimal usdTotal) {

    private static final int AVERAGE_FRACTION_DIGITS = 6;

    /** The history of a customer who never ordered. */
    public static History none() {
        return new History(0, 0, BigDecimal.ZERO, 0, BigDecimal.ZERO);
    }

    /** The mean amount of an order in US dollars, to a millionth; zero when there was none. */
    public BigDecimal averageUsd() {
        return ordersTotal == 0
                ? BigDecimal.ZERO
                : usdTotal.divide(BigDecimal.valueOf(ordersTotal), AVERAGE_FRACTION_DIGITS, RoundingMode.HALF_EVEN);
    }
}
