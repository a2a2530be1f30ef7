package dev.orderengine.order;

import dev.orderengine.batch.MicroBatcher;
import dev.orderengine.database.SqlStates;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places orders in natural micro-batches. A batch that the database refuses as a whole is placed again one by one, so that one
 * poison order does not sink the others. Confined to one event loop.
 */
final class Placements {

    private static final Logger LOG = LoggerFactory.getLogger(Placements.class);

    private final Spans spans;
    private final PlacementStore store;
    private final MicroBatcher<Place, Future<Placement>> batches;
    private final Counter isolated;
    private final OrderCounters counters;
    private final long timeoutMillis;
    private final Runnable afterCommit;

    /**
     * @param timeoutMillis after which the outcome of a batch is not waited for any more
     * @param afterCommit told of each batch that placed something, in which there is work for others
     */
    Placements(
            Spans spans,
            PlacementStore store,
            MicroBatcher.Limits limits,
            long timeoutMillis,
            MeterRegistry metrics,
            Runnable afterCommit) {
        this.spans = spans;
        this.store = store;
        this.timeoutMillis = timeoutMillis;
        this.afterCommit = afterCommit;
        this.batches = new MicroBatcher<>("placement", limits, metrics, this::placeTogether);
        this.counters = new OrderCounters(metrics);
        this.isolated = Counter.builder("placement.isolated")
                .description("Batches that failed as a whole and were placed one by one")
                .register(metrics);
    }

    /** Fails with {@link dev.orderengine.batch.Overloaded} when too many wait, and with the database's fault. */
    Future<Placement> place(Place order) {
        return spans.around(
                "placement",
                SpanKind.INTERNAL,
                order.traceparent(),
                span -> span.setAttribute("order_id", order.id().toString()),
                own -> batches.submit(order.within(own)).compose(Function.identity()));
    }

    /** Completes when all that was submitted has its outcome. */
    Future<Void> drain() {
        return batches.drain();
    }

    private Future<List<Future<Placement>>> placeTogether(List<Place> orders) {
        return stored(orders)
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS)
                .map(placements -> announced(orders, placements))
                .recover(fault -> {
                    if (orders.size() == 1 || !SqlStates.isRefusal(fault)) {
                        return Future.failedFuture(fault);
                    }
                    LOG.warn("a batch of {} placements failed, placing one by one", orders.size(), fault);
                    isolated.increment();
                    return placeOneByOne(orders);
                });
    }

    private Future<List<Placement>> stored(List<Place> orders) {
        return spans.together(
                "place_orders", orders.stream().map(Place::traceparent).toList(), () -> store.place(orders));
    }

    private List<Future<Placement>> announced(List<Place> orders, List<Placement> placements) {
        boolean any = false;
        for (int i = 0; i < placements.size(); i++) {
            if (placements.get(i) instanceof Placement.Placed) {
                counters.placed(orders.get(i));
                any = true;
            }
        }
        if (any) {
            afterCommit.run();
        }
        return placements.stream().map(Future::succeededFuture).toList();
    }

    private Future<List<Future<Placement>>> placeOneByOne(List<Place> orders) {
        List<Future<Placement>> outcomes = new ArrayList<>(orders.size());
        Future<Void> previous = Future.succeededFuture();
        for (Place order : orders) {
            Future<Placement> outcome =
                    previous.compose(done -> placeTogether(List.of(order))).compose(single -> single.get(0));
            outcomes.add(outcome);
            previous = outcome.otherwiseEmpty().mapEmpty();
        }
        return previous.map(outcomes);
    }
}
