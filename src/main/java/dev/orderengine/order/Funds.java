package dev.orderengine.order;

import dev.orderengine.money.Money;
import dev.orderengine.order.Effect.GiveBack.Kind;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * The money that an order's payments took or hold. Amounts that are on their way back count as gone: never more is asked back than was
 * captured.
 *
 * @param payments those that took or hold money, oldest first
 */
public record Funds(Currency currency, List<Held> payments) {

    /** Copies the list. */
    public Funds {
        payments = List.copyOf(payments);
    }

    /**
     * The money of one payment, in minor units.
     *
     * @param authorized held by the provider and not taken; zero unless it is authorized
     * @param refunding on its way back
     * @param refunded back
     */
    public record Held(UUID paymentId, long authorized, long captured, long refunding, long refunded) {

        long refundable() {
            return captured - refunding - refunded;
        }
    }

    /** A part of an amount, taken of one payment. */
    record Portion(UUID paymentId, Money amount) {}

    /** What the payments took. */
    public Money captured() {
        return money(payments.stream().mapToLong(Held::captured).sum());
    }

    /** What is left of it: neither back nor on its way back. */
    public Money refundable() {
        return money(payments.stream().mapToLong(Held::refundable).sum());
    }

    /** What of an amount can go back: all of it, or what is left. */
    public Money refundableOf(Money amount) {
        return amount.compareTo(refundable()) < 0 ? amount : refundable();
    }

    /** Payments that hold money which was not taken. */
    List<Portion> authorized() {
        return payments.stream()
                .filter(payment -> payment.authorized() > 0)
                .map(payment -> new Portion(payment.paymentId(), money(payment.authorized())))
                .toList();
    }

    /**
     * Splits an amount over the payments, oldest first; the portions add up to it exactly.
     *
     * @throws IllegalArgumentException when more is asked for than is refundable
     */
    List<Portion> take(Money amount) {
        List<Portion> portions = new ArrayList<>();
        long missing = amount.minor();
        for (Held payment : payments) {
            long part = Math.min(missing, payment.refundable());
            if (part > 0) {
                portions.add(new Portion(payment.paymentId(), money(part)));
                missing -= part;
            }
        }
        if (missing > 0) {
            throw new IllegalArgumentException(amount + " are more than the refundable " + refundable());
        }
        return portions;
    }

    /** The effects that give an amount back, one a payment that it is taken of. @param ids UUIDv7, of the refunds */
    public List<Effect> refund(Money amount, String reason, Supplier<UUID> ids) {
        return effects(take(amount), Kind.REFUND, reason, ids);
    }

    /** The effects that let go what is only held. @param ids UUIDv7, of the refunds */
    public List<Effect> letGo(String reason, Supplier<UUID> ids) {
        return effects(authorized(), Kind.VOID, reason, ids);
    }

    private static List<Effect> effects(List<Portion> portions, Kind kind, String reason, Supplier<UUID> ids) {
        return portions.stream()
                .<Effect>map(part -> new Effect.GiveBack(ids.get(), kind, part.paymentId(), part.amount(), reason))
                .toList();
    }

    private Money money(long minor) {
        return new Money(minor, currency);
    }
}
