package dev.orderengine.dev.simulator;

import dev.orderengine.dev.simulator.PayPalTransfer.Kind;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;

/** What PayPal holds: orders, authorizations, captures and refunds. Written on the event loop, read from any thread. */
public final class PayPalLedger {

    private static final Set<String> MONEY = Set.of("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED");

    private final Shelf<PayPalOrder> orders = new Shelf<>("ORDER");
    private final Shelf<PayPalTransfer> transfers = new Shelf<>("TRANSFER");
    private final Map<String, Collection<String>> byOrder = new ConcurrentHashMap<>();
    private final Map<String, Collection<String>> byPayment = new ConcurrentHashMap<>();

    /** What was captured for a payment of ours: more than its amount is a double charge. */
    public List<PayPalTransfer> charges(String paymentId) {
        return of(byPayment, paymentId)
                .filter(transfer -> transfer.kind() == Kind.CAPTURE && MONEY.contains(transfer.status()))
                .toList();
    }

    /** All captures that took money, in no order. */
    public Stream<PayPalTransfer> charges() {
        return all(Kind.CAPTURE).filter(capture -> MONEY.contains(capture.status()));
    }

    /** All refunds, in no order. */
    public Stream<PayPalTransfer> refunds() {
        return all(Kind.REFUND);
    }

    /** All authorizations, in no order. */
    public Stream<PayPalTransfer> authorizations() {
        return all(Kind.AUTHORIZATION);
    }

    PayPalOrder create(
            Instant at, boolean authorizes, String customId, String invoiceId, String currency, BigDecimal value) {
        var id = orders.newId(at.getEpochSecond());
        var order = new PayPalOrder(id, at, authorizes, customId, invoiceId, currency, value);
        orders.put(id, order);
        return order;
    }

    /** Money of an order that is taken or held. */
    PayPalTransfer add(PayPalOrder order, Kind kind, Instant at, String status, String reason) {
        return add(order, kind, "", at, order.value(), status, reason, order.invoiceId(), order.customId());
    }

    /** Money that goes on from where it is. */
    PayPalTransfer addTo(
            PayPalTransfer parent, Kind kind, Instant at, BigDecimal amount, String invoiceId, String customId) {
        var order = orders.get(parent.orderId()).orElseThrow();
        return add(order, kind, parent.id(), at, amount, "COMPLETED", "", invoiceId, customId);
    }

    private PayPalTransfer add(
            PayPalOrder order,
            Kind kind,
            String parentId,
            Instant at,
            BigDecimal amount,
            String status,
            String reason,
            String invoiceId,
            String customId) {
        var id = transfers.newId(at.getEpochSecond());
        byOrder.computeIfAbsent(order.id(), key -> new ConcurrentLinkedQueue<>())
                .add(id);
        byPayment
                .computeIfAbsent(order.invoiceId(), key -> new ConcurrentLinkedQueue<>())
                .add(id);
        return save(new PayPalTransfer(
                kind,
                id,
                order.id(),
                order.invoiceId(),
                parentId,
                at,
                order.currency(),
                amount,
                status,
                reason,
                invoiceId,
                customId));
    }

    PayPalTransfer save(PayPalTransfer transfer) {
        transfers.put(transfer.id(), transfer);
        return transfer;
    }

    Optional<PayPalOrder> order(String id) {
        return orders.get(id);
    }

    Optional<PayPalTransfer> transfer(Kind kind, String id) {
        return transfers.get(id).filter(transfer -> transfer.kind() == kind);
    }

    /** Oldest first. */
    List<PayPalTransfer> transfers(PayPalOrder order, Kind kind) {
        return of(byOrder, order.id())
                .filter(transfer -> transfer.kind() == kind)
                .toList();
    }

    /** Oldest first. */
    List<PayPalTransfer> between(Instant from, Instant to) {
        var newestFirst = transfers
                .newestFirst(from.getEpochSecond(), to.getEpochSecond(), Optional.empty())
                .toList();
        return java.util.stream.IntStream.range(0, newestFirst.size())
                .mapToObj(i -> newestFirst.get(newestFirst.size() - 1 - i))
                .toList();
    }

    /** What went on from there, in all. */
    BigDecimal passedOn(PayPalTransfer parent) {
        return of(byOrder, parent.orderId())
                .filter(transfer -> transfer.parentId().equals(parent.id()))
                .map(PayPalTransfer::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** Whether money was taken or is held for a payment of ours, or will be. */
    boolean isPaid(String paymentId) {
        return of(byPayment, paymentId).anyMatch(transfer -> !transfer.status().equals("VOIDED"));
    }

    private Stream<PayPalTransfer> of(Map<String, Collection<String>> index, String key) {
        return index.getOrDefault(key, List.of()).stream().flatMap(id -> transfers.get(id).stream());
    }

    private Stream<PayPalTransfer> all(Kind kind) {
        return transfers.all().filter(transfer -> transfer.kind() == kind);
    }
}
