package dev.orderengine.figures;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Reads the service levels of this process from its own timers; some microseconds, any thread. */
public final class Objectives {

    private static final String REQUESTS = "http.server.requests";
    private static final String ORDERS = "/api/v1/orders";
    private static final String CARTS = "/api/v1/carts/{cart_id}";

    /** Outcomes of a charge that count as success, as in the recording rules of Prometheus. */
    private static final Set<String> ANSWERED = Set.of("captured", "authorized", "pending", "declined");

    private final MeterRegistry metrics;

    public Objectives(MeterRegistry metrics) {
        this.metrics = metrics;
    }

    /** All of them, and the requests as a whole. */
    public List<Objective> read() {
        Collection<Timer> requests = metrics.find(REQUESTS).timers();
        return List.of(
                objective("requests", 0, requests, Objectives::isServerError),
                objective("order_creation", 0.5, of(requests, "POST", ORDERS), Objectives::isServerError),
                objective(
                        "order_validation",
                        0.1,
                        metrics.find("rules.evaluation").timers(),
                        never -> false),
                objective(
                        "payment_processing",
                        1,
                        metrics.find("payment.duration").timers(),
                        Objectives::isFailedCharge),
                objective("cart_retrieval", 0.2, of(requests, "GET", CARTS), Objectives::isServerError));
    }

    private static List<Timer> of(Collection<Timer> requests, String method, String route) {
        return requests.stream()
                .filter(timer -> Objects.equals(timer.getId().getTag("method"), method))
                .filter(timer -> Objects.equals(timer.getId().getTag("route"), route))
                .toList();
    }

    private static boolean isServerError(Timer timer) {
        return timer.getId().getTag("status").startsWith("5");
    }

    private static boolean isFailedCharge(Timer timer) {
        return !ANSWERED.contains(timer.getId().getTag("outcome"));
    }

    private static Objective objective(
            String name, double target, Collection<Timer> timers, Predicate<Timer> isFailure) {
        Map<Double, Long> counts = new TreeMap<>();
        long count = 0;
        long failures = 0;
        double seconds = 0;
        for (Timer timer : timers) {
            HistogramSnapshot snapshot = timer.takeSnapshot();
            count += snapshot.count();
            failures += isFailure.test(timer) ? snapshot.count() : 0;
            seconds += snapshot.total(TimeUnit.SECONDS);
            for (CountAtBucket bucket : snapshot.histogramCounts()) {
                counts.merge(bucket.bucket(TimeUnit.SECONDS), (long) bucket.count(), Long::sum);
            }
        }
        List<Objective.Bucket> buckets = new ArrayList<>();
        counts.forEach((bound, number) -> buckets.add(new Objective.Bucket(bound, number)));
        return new Objective(name, target, count, failures, seconds, buckets);
    }
}
