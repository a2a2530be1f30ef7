package dev.orderengine.dev.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Stripe's search language, the part with exact matches joined by AND: {@code metadata['k']:'v'}, {@code status:'s'}
 * and {@code currency:'c'}.
 */
final class StripeSearch {

    private static final Pattern CLAUSE = Pattern.compile(
            "\\s*(?:metadata\\[['\"]([^'\"]+)['\"]]|(status|currency))\\s*:\\s*['\"]([^'\"]*)['\"]\\s*");

    private final List<Predicate<PaymentIntent>> conditions;
    private final Optional<String> paymentId;

    private StripeSearch(List<Predicate<PaymentIntent>> conditions, Optional<String> paymentId) {
        this.conditions = conditions;
        this.paymentId = paymentId;
    }

    /** Reads a query; empty if it is outside of the part that is understood. */
    static Optional<StripeSearch> parse(String query) {
        var conditions = new ArrayList<Predicate<PaymentIntent>>();
        Optional<String> paymentId = Optional.empty();
        for (var clause : query.split("(?i)\\sAND\\s")) {
            var matcher = CLAUSE.matcher(clause);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            var value = matcher.group(3);
            conditions.add(condition(matcher.group(1), matcher.group(2), value));
            if ("payment_id".equals(matcher.group(1))) {
                paymentId = Optional.of(value);
            }
        }
        return Optional.of(new StripeSearch(conditions, paymentId));
    }

    /** The matches, through the index where the query names a payment id. */
    Stream<PaymentIntent> in(StripeLedger ledger) {
        return paymentId
                .map(ledger::intentsOf)
                .orElseGet(() -> ledger.intentShelf().newestFirst(0, Integer.MAX_VALUE, Optional.empty()))
                .filter(intent -> conditions.stream().allMatch(condition -> condition.test(intent)));
    }

    private static Predicate<PaymentIntent> condition(String metadataKey, String field, String value) {
        if (metadataKey != null) {
            return intent -> value.equals(intent.metadata().get(metadataKey));
        }
        return field.equals("status")
                ? intent -> value.equals(intent.status().name())
                : intent -> value.equals(intent.currency());
    }
}
