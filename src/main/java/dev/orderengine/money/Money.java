package dev.orderengine.money;

import dev.orderengine.money.InvalidAmountException.Reason;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.Objects;

/**
 * A non-negative amount in one currency: exact, never rounded (specification, section 2).
 *
 * @param minor the amount in minor units: cents for USD, yen for JPY, fils (1/1000) for KWD
 * @param currency an ISO 4217 currency with zero or more fraction digits
 */
public record Money(long minor, Currency currency) implements Comparable<Money> {

    /** @throws InvalidAmountException when {@code minor} is negative */
    public Money {
        Objects.requireNonNull(currency);
        if (minor < 0) {
            throw negative();
        }
    }

    /** Nothing, in this currency. */
    public static Money zero(Currency currency) {
        return new Money(0, currency);
    }

    /**
     * Reads a plain decimal such as {@code 19.99}: ASCII digits, with at most as many after one point as the currency
     * has. Signs, exponents, blanks and separators are refused; so are trailing zeros beyond the currency's digits.
     *
     * @throws InvalidAmountException when the text is anything else, or the amount does not fit
     */
    public static Money parse(String decimal, Currency currency) {
        if (decimal.startsWith("-")) {
            throw negative();
        }
        int point = decimal.indexOf('.');
        String whole = point < 0 ? decimal : decimal.substring(0, point);
        String fraction = point < 0 ? "" : decimal.substring(point + 1);
        if (!isDigits(whole) || (point >= 0 && !isDigits(fraction))) {
            throw new InvalidAmountException(
                    Reason.NOT_A_DECIMAL,
                    "must be a plain decimal number such as " + example(currency)
                            + ", without sign, exponent, blanks or separators");
        }
        int digits = currency.getDefaultFractionDigits();
        if (fraction.length() > digits) {
            throw new InvalidAmountException(
                    Reason.TOO_PRECISE,
                    currency.getCurrencyCode() + " has " + digits + " fraction digits: write an amount such as "
                            + example(currency));
        }
        try {
            return new Money(Long.parseLong(whole + fraction + "0".repeat(digits - fraction.length())), currency);
        } catch (NumberFormatException e) {
            throw tooLarge(currency);
        }
    }

    /**
     * The exact sum.
     *
     * @throws InvalidAmountException when the sum does not fit
     * @throws IllegalArgumentException when the currencies differ
     */
    public Money plus(Money other) {
        requireSameCurrency(other);
        try {
            return new Money(Math.addExact(minor, other.minor), currency);
        } catch (ArithmeticException e) {
            throw tooLarge(currency);
        }
    }

    /**
     * The exact difference.
     *
     * @throws InvalidAmountException when the other is larger
     * @throws IllegalArgumentException when the currencies differ
     */
    public Money minus(Money other) {
        requireSameCurrency(other);
        return new Money(minor - other.minor, currency);
    }

    /**
     * The exact product with a quantity.
     *
     * @throws InvalidAmountException when the product does not fit, or the quantity is negative
     */
    public Money times(int quantity) {
        try {
            return new Money(Math.multiplyExact(minor, quantity), currency);
        } catch (ArithmeticException e) {
            throw tooLarge(currency);
        }
    }

    /** The amount as it is written in responses, with all digits of the currency: 19.99, 1000, 1.250. */
    public String toDecimal() {
        return toBigDecimal().toPlainString();
    }

    /** The amount in major units, exact, with the currency's scale. */
    public BigDecimal toBigDecimal() {
        return BigDecimal.valueOf(minor, currency.getDefaultFractionDigits());
    }

    /** Smaller amounts first. @throws IllegalArgumentException when the currencies differ */
    @Override
    public int compareTo(Money other) {
        requireSameCurrency(other);
        return Long.compare(minor, other.minor);
    }

    /** For people: {@code 19.99 USD}. */
    @Override
    public String toString() {
        return toDecimal() + " " + currency.getCurrencyCode();
    }

    private void requireSameCurrency(Money other) {
        if (!currency.equals(other.currency)) {
            throw new IllegalArgumentException("amounts of different currencies: " + this + " and " + other);
        }
    }

    private static boolean isDigits(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private static String example(Currency currency) {
        return BigDecimal.valueOf(1999, currency.getDefaultFractionDigits()).toPlainString();
    }

    private static InvalidAmountException negative() {
        return new InvalidAmountException(Reason.NEGATIVE, "must be zero or more");
    }

    private static InvalidAmountException tooLarge(Currency currency) {
        return new InvalidAmountException(
                Reason.TOO_LARGE, "must be at most " + new Money(Long.MAX_VALUE, currency).toDecimal());
    }
}
