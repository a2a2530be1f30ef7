package dev.orderengine.order;

import dev.orderengine.money.Money;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what this engine did to orders, each once it is durable: {@code orders.placed}, {@code orders.moved} and their amounts, in
 * the currency's own unit. Thread-safe.
 */
public final class OrderCounters {

    private static final String NO_CHANNEL = "any";
    private static final String STATUS = "status";
    private static final String CURRENCY = "currency";

    private final MeterRegistry metrics;
    private final Map<Series, Counter> counters = new ConcurrentHashMap<>();

    private record Series(String name, List<String> tags) {}

    public OrderCounters(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** An order was placed; not to be told of replays. */
    void placed(Place place) {
        Money total = place.order().total();
        FulfillmentChannel channel = place.order().request().channel();
        String wish = channel == null ? NO_CHANNEL : channel.wire();
        String currency = total.currency().getCurrencyCode();
        count(
                new Series(
                        "orders.placed", List.of(STATUS, place.status().wire(), "channel", wish, CURRENCY, currency)),
                "Orders that were placed, by the status in which they were",
                1);
        count(
                new Series("orders.placed.amount", List.of(CURRENCY, currency)),
                "Totals of the orders that were placed, in the currency's own unit",
                amount(total));
    }

    /** Changes of orders were committed. */
    void moved(List<OrderChange> changes) {
        changes.stream()
                .filter(change -> change.after().status() != change.before().status())
                .forEach(this::moved);
    }

    private void moved(OrderChange change) {
        Money due = change.before().due();
        List<String> tags = List.of(
                STATUS, change.after().status().wire(), CURRENCY, due.currency().getCurrencyCode());
        count(new Series("orders.moved", tags), "Orders that came into a status after they were placed", 1);
        count(
                new Series("orders.moved.amount", tags),
                "What was due for these orders before, in the currency's own unit",
                amount(due));
    }

    private static double amount(Money money) {
        return money.toBigDecimal().doubleValue();
    }

    private void count(Series series, String description, double by) {
        counters.computeIfAbsent(
                        series,
                        unknown -> Counter.builder(series.name)
                                .description(description)
                                .tags(series.tags.toArray(String[]::new))
                                .register(metrics))
                .increment(by);
    }
}
