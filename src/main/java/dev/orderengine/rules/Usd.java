package dev.orderengine.rules;

import java.math.BigDecimal;

/** The type {@code usd} of the rule language: an exact amount of US dollars. Equal amounts are equal at any scale. */
record Usd(BigDecimal amount) implements Comparable<Usd> {

    Usd plus(Usd other) {
        return new Usd(amount.add(other.amount));
    }

    Usd times(long factor) {
        return new Usd(amount.multiply(BigDecimal.valueOf(factor)));
    }

    @Override
    public int compareTo(Usd other) {
        return amount.compareTo(other.amount);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Usd usd && compareTo(usd) == 0;
    }

    @Override
    public int hashCode() {
        return amount.stripTrailingZeros().hashCode();
    }
}
