package dev.orderengine.payment.paypal;

import dev.orderengine.money.Money;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/**
 * An amount as PayPal writes it: a decimal string (developer.paypal.com/api/rest/reference/currency-codes).
 */
record PayPalAmount(String currencyCode, String value) {

    /** Currencies that PayPal moves in whole units only, the ones of ISO 4217 without decimals and some of its own. */
    private static final Set<String> WHOLE = Set.of("HUF", "JPY", "TWD");

    /** The amount for PayPal, or empty if PayPal cannot move it exactly. */
    static Optional<PayPalAmount> of(Money amount) {
        String currency = amount.currency().getCurrencyCode();
        BigDecimal value = amount.toBigDecimal();
        if (!WHOLE.contains(currency)) {
            return Optional.of(new PayPalAmount(currency, value.toPlainString()));
        }
        BigDecimal whole = value.stripTrailingZeros();
        return whole.scale() > 0
                ? Optional.empty()
                : Optional.of(new PayPalAmount(currency, whole.setScale(0).toPlainString()));
    }

    BigDecimal decimal() {
        return new BigDecimal(value);
    }
}
