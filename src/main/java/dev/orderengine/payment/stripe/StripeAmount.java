package dev.orderengine.payment.stripe;

import dev.orderengine.money.Money;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Amounts as Stripe counts them (docs.stripe.com/currencies): in the currency's minor units but for a few currencies, and in
 * steps of ten where there are three decimals.
 */
final class StripeAmount {

    /** Fraction digits where Stripe's differ from those of ISO 4217. */
    private static final Map<String, Integer> DIGITS = Map.of("MGA", 0, "ISK", 2, "UGX", 2);

    private static final int THREE_DECIMALS = 3;

    private StripeAmount() {}

    /** The amount in Stripe's units, or empty if Stripe cannot charge it exactly. */
    static OptionalLong of(Money amount) {
        int digits = digits(amount.currency());
        BigDecimal step = digits == THREE_DECIMALS ? BigDecimal.TEN : BigDecimal.ONE;
        BigDecimal units = amount.toBigDecimal().movePointRight(digits);
        return units.remainder(step).signum() == 0 ? OptionalLong.of(units.longValueExact()) : OptionalLong.empty();
    }

    /** How many fraction digits of a currency Stripe counts; empty if there is no such currency. */
    static OptionalInt digits(String currency) {
        try {
            return OptionalInt.of(digits(Currency.getInstance(currency)));
        } catch (IllegalArgumentException e) {
            return OptionalInt.empty();
        }
    }

    /** What Stripe's units are in the currency's own, exactly. */
    static BigDecimal value(long units, String currency) {
        return BigDecimal.valueOf(units, digits(Currency.getInstance(currency)));
    }

    private static int digits(Currency currency) {
        return DIGITS.getOrDefault(currency.getCurrencyCode(), currency.getDefaultFractionDigits());
    }
}
