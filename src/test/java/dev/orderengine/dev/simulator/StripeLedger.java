package dev.orderengine.dev.simulator;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** What Stripe holds: payment intents and refunds. Written on the event loop, read from any thread. */
public final class StripeLedger {

    private final Shelf<PaymentIntent> intents = new Shelf<>("pi");
    private final Shelf<Refund> refunds = new Shelf<>("re");
    private final Map<String, Collection<String>> idsByPaymentId = new ConcurrentHashMap<>();

    /** What was captured for a payment of ours, one entry per charge: more than one is a double charge. */
    public List<PaymentIntent> charges(String paymentId) {
        return intentsOf(paymentId).filter(StripeLedger::isCharged).toList();
    }

    /** All intents for a payment of ours, oldest first. */
    public List<PaymentIntent> intents(String paymentId) {
        return intentsOf(paymentId).toList();
    }

    /** All charges that captured money, in no order. */
    public Stream<PaymentIntent> charges() {
        return intents.all().filter(StripeLedger::isCharged);
    }

    /** All refunds, in no order. */
    public Stream<Refund> refunds() {
        return refunds.all();
    }

    /** The intents whose metadata carries this payment id, oldest first. */
    Stream<PaymentIntent> intentsOf(String paymentId) {
        return idsByPaymentId.getOrDefault(paymentId, List.of()).stream().flatMap(id -> intents.get(id).stream());
    }

    PaymentIntent create(
            long created,
            long amount,
            String currency,
            String paymentMethod,
            boolean manualCapture,
            Map<String, String> metadata) {
        var id = intents.newId(created);
        var status = paymentMethod.isEmpty()
                ? PaymentIntent.Status.requires_payment_method
                : PaymentIntent.Status.requires_confirmation;
        var intent = new PaymentIntent(
                id, created, amount, 0, 0, currency, paymentMethod, manualCapture, status, "", "", metadata);
        Optional.ofNullable(metadata.get("payment_id"))
                .ifPresent(paymentId -> idsByPaymentId
                        .computeIfAbsent(paymentId, key -> new ConcurrentLinkedQueue<>())
                        .add(id));
        return save(intent);
    }

    PaymentIntent save(PaymentIntent intent) {
        intents.put(intent.id(), intent);
        return intent;
    }

    Refund refund(long created, PaymentIntent intent, long amount, String reason, Map<String, String> metadata) {
        save(intent.refunded(amount));
        var refund =
                new Refund(refunds.newId(created), created, amount, intent.currency(), intent.id(), reason, metadata);
        refunds.put(refund.id(), refund);
        return refund;
    }

    /** Refunds all that is left of a charge; to be called on the event loop. */
    public void refundByHand(String intentId) {
        PaymentIntent intent = intents.get(intentId).orElseThrow();
        refund(intent.created(), intent, intent.unrefunded(), "requested_by_customer", Map.of());
    }

    Shelf<PaymentIntent> intentShelf() {
        return intents;
    }

    Shelf<Refund> refundShelf() {
        return refunds;
    }

    private static boolean isCharged(PaymentIntent intent) {
        return intent.amountReceived() > 0;
    }
}
