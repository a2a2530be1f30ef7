package dev.orderengine.payment.reconciliation;

import dev.orderengine.money.Money;
import java.math.BigDecimal;

/**
 * An amount as somebody has it in his books, which may be one that we cannot have: of a currency that we do not know, or with more digits.
 *
 * @param value in the currency's own unit
 * @param currency ISO 4217, in capitals
 */
public record Amount(BigDecimal value, String currency) {

    static Amount of(Money money) {
        return new Amount(money.toBigDecimal(), money.currency().getCurrencyCode());
    }

    boolean isSameAs(Amount other) {
        return value.compareTo(other.value) == 0 && currency.equals(other.currency);
    }
}
