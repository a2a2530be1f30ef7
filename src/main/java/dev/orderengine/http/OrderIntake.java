package dev.orderengine.http;

import dev.orderengine.assessment.Assess;
import dev.orderengine.assessment.Assessment;
import dev.orderengine.assessment.AssessmentVerticle;
import dev.orderengine.bus.Bus;
import dev.orderengine.catalog.Catalog;
import dev.orderengine.inventory.Inventory;
import dev.orderengine.inventory.StockLevels;
import dev.orderengine.order.Fault;
import dev.orderengine.order.OnceKey;
import dev.orderengine.order.OrderLine;
import dev.orderengine.order.PaymentTerms;
import dev.orderengine.order.Place;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.order.Placement;
import dev.orderengine.order.PlacementVerticle;
import dev.orderengine.order.PricedOrder;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Takes an order in: priced and decided on, then placed; priced again when a product changed in between. Any event loop. */
final class OrderIntake {

    private static final int PRICINGS = 3;

    private final Bus bus;
    private final Catalog catalog;
    private final Inventory inventory;
    private final PaymentTerms terms;
    private final Supplier<UUID> ids;
    private final Clock clock;

    /** @param ids UUIDv7 */
    OrderIntake(Bus bus, Catalog catalog, Inventory inventory, PaymentTerms terms, Supplier<UUID> ids, Clock clock) {
        this.bus = bus;
        this.catalog = catalog;
        this.inventory = inventory;
        this.terms = terms;
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Who asks, and under which key.
     *
     * @param idempotencyKey null if none was sent
     * @param requestHash of the request that the key stands for
     * @param once what is ordered at most once; null if it may be ordered again
     */
    record Origin(String caller, String idempotencyKey, Buffer requestHash, String traceparent, OnceKey once) {

        Origin(String caller, String idempotencyKey, Buffer requestHash, String traceparent) {
            this(caller, idempotencyKey, requestHash, traceparent, null);
        }
    }

    /** What came of it. */
    sealed interface Outcome {

        /** It is durable, by this request or by an earlier one with the same key. */
        record Accepted(Placement placement) implements Outcome {}

        /** Nothing was placed. */
        record Refused(List<Fault> faults, String decision, List<String> matchedRules) implements Outcome {

            /** Before the rules were asked. */
            static Refused of(List<Fault> faults) {
                return new Refused(faults, null, List.of());
            }
        }

        /** The key stands for another request. */
        record KeyReused() implements Outcome {}
    }

    /** What would come of it now; nothing is written, and nothing is promised. */
    record Validation(Assessment assessment, List<Availability> availability) {

        /** The order, if it could be priced. */
        PricedOrder priced() {
            return assessment instanceof Assessment.Acceptable acceptable
                    ? acceptable.order()
                    : ((Assessment.Rejected) assessment).order();
        }

        boolean valid() {
            return faults().isEmpty();
        }

        List<Fault> faults() {
            if (assessment instanceof Assessment.Acceptable acceptable) {
                return shortages(
                        acceptable.order(),
                        availability.stream()
                                .filter(line -> line.available() < line.requested())
                                .map(line ->
                                        new Placement.Shortage(line.productId(), line.requested(), line.available()))
                                .toList());
            }
            return ((Outcome.Refused) refusal(assessment)).faults();
        }
    }

    /** What is asked for of a product, and what there is. */
    record Availability(String productId, long requested, long available) {}

    /** The same checks as a placement makes, nothing written. */
    Future<Validation> validate(PlaceOrder order, String traceparent) {
        return assess(order, traceparent)
                .compose(assessment -> assessment instanceof Assessment.Faulty
                        ? Future.succeededFuture(new Validation(assessment, List.of()))
                        : availability(order).map(availability -> new Validation(assessment, availability)));
    }

    private Future<List<Availability>> availability(PlaceOrder order) {
        List<String> productIds =
                order.items().stream().map(OrderLine::productId).toList();
        return inventory.levels(productIds).map(levels -> {
            Map<String, Long> available =
                    levels.stream().collect(Collectors.toMap(StockLevels::productId, StockLevels::available));
            return order.items().stream()
                    .map(line -> new Availability(
                            line.productId(), line.quantity(), available.getOrDefault(line.productId(), 0L)))
                    .toList();
        });
    }

    private Future<Assessment> assess(PlaceOrder order, String traceparent) {
        return bus.ask(AssessmentVerticle.ASSESS, traceparent, span -> new Assess(order, now(), span));
    }

    /** Places it. Fails when that cannot be done now. */
    Future<Outcome> take(PlaceOrder order, Origin origin) {
        return take(order, origin, 1);
    }

    private Future<Outcome> take(PlaceOrder order, Origin origin, int pricing) {
        return assess(order, origin.traceparent()).compose(assessment -> {
            if (assessment instanceof Assessment.Acceptable acceptable) {
                return place(acceptable.order(), origin, pricing);
            }
            return Future.succeededFuture(refusal(assessment));
        });
    }

    private Future<Outcome> place(PricedOrder priced, Origin origin, int pricing) {
        return placed(priced, origin).compose(placement -> {
            if (placement instanceof Placement.PriceChanged changed && pricing < PRICINGS) {
                changed.productIds().forEach(catalog::forget);
                return take(priced.request(), origin, pricing + 1);
            }
            return Future.succeededFuture(outcome(priced, placement));
        });
    }

    private Future<Placement> placed(PricedOrder priced, Origin origin) {
        return bus.ask(PlacementVerticle.PLACE, origin.traceparent(), span -> command(priced, origin, span));
    }

    private Place command(PricedOrder priced, Origin origin, String traceparent) {
        Instant now = now();
        return new Place(
                ids.get(),
                ids.get(),
                origin.caller(),
                origin.idempotencyKey(),
                origin.requestHash(),
                priced,
                now,
                terms.deadline(priced.request().paymentMethod(), now),
                traceparent,
                origin.once());
    }

    /** What the database keeps and the answer says are the same to the last digit. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Outcome refusal(Assessment assessment) {
        if (assessment instanceof Assessment.Faulty faulty) {
            return Outcome.Refused.of(faulty.faults());
        }
        PricedOrder rejected = ((Assessment.Rejected) assessment).order();
        return new Outcome.Refused(
                List.of(new Fault("", "order_rejected", "the order is rejected by the rules")),
                rejected.decision().verdict().wire(),
                rejected.decision().matchedRules());
    }

    private static Outcome outcome(PricedOrder priced, Placement placement) {
        if (placement instanceof Placement.InsufficientStock insufficient) {
            return new Outcome.Refused(
                    shortages(priced, insufficient.shortages()), decision(priced), matchedRules(priced));
        }
        if (placement instanceof Placement.PriceChanged) {
            return new Outcome.Refused(
                    List.of(new Fault("/items", "price_changed", "prices change faster than the order can be placed")),
                    decision(priced),
                    matchedRules(priced));
        }
        if (placement instanceof Placement.KeyReused) {
            return new Outcome.KeyReused();
        }
        return new Outcome.Accepted(placement);
    }

    private static String decision(PricedOrder priced) {
        return priced.decision().verdict().wire();
    }

    private static List<String> matchedRules(PricedOrder priced) {
        return priced.decision().matchedRules();
    }

    private static List<Fault> shortages(PricedOrder priced, List<Placement.Shortage> lacking) {
        List<String> productIds =
                priced.lines().stream().map(PricedOrder.PricedLine::productId).toList();
        return lacking.stream()
                .map(shortage -> new Fault(
                        "/items/" + productIds.indexOf(shortage.productId()) + "/quantity",
                        "insufficient_stock",
                        "of " + shortage.productId() + " there are " + shortage.available() + " available, "
                                + shortage.requested() + " were asked for"))
                .toList();
    }
}
