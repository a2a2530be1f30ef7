package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.regex;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.OpenInjectionStep;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;

/**
 * The same load for a long time: orders one by one, and carts. The run fails when a service level is missed, and the order path is looked
 * at in halves, so that what slowly gets worse is seen: p95 of the creation below 500 ms and 99.9 % created in each half, p95 of reading
 * a cart below 200 ms, ready in 99.5 % of the probes, and no event older than half a minute before it is at SQS.
 */
public final class SoakSimulation extends Simulation {

    private static final String FIRST_HALF = "place order in the first half";
    private static final String SECOND_HALF = "place order in the second half";
    private static final String READY = "probe readiness";
    private static final String EVENTS = "probe delivery of events";
    private static final double OLDEST_EVENT_SECONDS = 30;

    private final Settings settings = Settings.read("service", 50);
    private final Duration half =
            Duration.ofSeconds(Settings.number("SOAK_SECONDS", 3_600)).dividedBy(2);
    private final LiveCarts live = new LiveCarts(Settings.number("LIVE_CARTS", 1_000));
    private final String managementUrl = Settings.text("MANAGEMENT_URL", "http://127.0.0.1:8081");

    /** Set up by Gatling. */
    public SoakSimulation() {
        int ramp = Math.min(settings.rampSeconds(), (int) half.toSeconds() / 2);
        OpenInjectionStep rising = rampUsersPerSec(1).to(settings.rate()).during(Duration.ofSeconds(ramp));
        OpenInjectionStep rest = constantUsersPerSec(settings.rate()).during(half.minusSeconds(ramp));
        OpenInjectionStep steady = constantUsersPerSec(settings.rate()).during(half);
        setUp(
                        orders(FIRST_HALF, rising, rest).andThen(orders(SECOND_HALF, steady)),
                        scenario("cart")
                                .exec(Customers.visit(live))
                                .injectOpen(constantUsersPerSec(settings.rate() / 10)
                                        .during(half.multipliedBy(2))),
                        scenario("probe")
                                .exec(probes())
                                .injectOpen(constantUsersPerSec(1).during(half.multipliedBy(2))))
                .protocols(settings.engine())
                .assertions(
                        ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, FIRST_HALF),
                        ServiceLevels.created(FIRST_HALF),
                        ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, SECOND_HALF),
                        ServiceLevels.created(SECOND_HALF),
                        ServiceLevels.p95Below(ServiceLevels.CART_P95_MILLIS, Customers.READ_CART),
                        details(READY).successfulRequests().percent().gte(ServiceLevels.UPTIME_PERCENT),
                        details(EVENTS).successfulRequests().percent().gte(ServiceLevels.UPTIME_PERCENT));
    }

    @Override
    public void before() {
        live.fill(settings);
    }

    private static PopulationBuilder orders(String name, OpenInjectionStep... arrivals) {
        return scenario(name)
                .exec(Customers.place(name))
                .exec(Customers.lookUp(10))
                .injectOpen(arrivals);
    }

    /** What monitoring sees. */
    private ChainBuilder probes() {
        return exec(
                http(READY).get("/health/ready").check(status().is(200)),
                http(EVENTS)
                        .get(managementUrl + "/metrics")
                        .check(regex("(?m)^outbox_lag_seconds\\S* (\\S+)$")
                                .transform(Double::valueOf)
                                .lt(OLDEST_EVENT_SECONDS)));
    }
}
