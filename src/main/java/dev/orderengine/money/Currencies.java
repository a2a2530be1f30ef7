package dev.orderengine.money;

import java.util.Currency;

/** The currencies that the engine knows: those of ISO 4217 with a minor unit. */
public final class Currencies {

    private Currencies() {}

    /**
     * The currency of an ISO 4217 code in capitals.
     *
     * @throws UnknownCurrencyException when there is none, or it has no minor unit (gold, XXX)
     */
    public static Currency parse(String code) {
        Currency currency = known(code);
        if (currency.getDefaultFractionDigits() < 0) {
            throw new UnknownCurrencyException();
        }
        return currency;
    }

    private static Currency known(String code) {
        try {
            return Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            throw new UnknownCurrencyException();
        }
    }
}
