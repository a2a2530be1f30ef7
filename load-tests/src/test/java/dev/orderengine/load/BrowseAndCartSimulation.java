package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;

/**
 * Customers look at products, fill a cart, look at it again and again, and some order it, while many carts of others are live; these
 * are read as well. The run fails when a service level is missed: p95 of reading a cart below 200 ms, p95 of ordering it below
 * 500 ms, and 99.9 % of all answered as they should be.
 */
public final class BrowseAndCartSimulation extends Simulation {

    private final Settings settings = Settings.read("service", 100);
    private final LiveCarts live = new LiveCarts(Settings.number("LIVE_CARTS", 10_000));

    private final ScenarioBuilder customer = scenario("customer").exec(Customers.visit(live));

    /** Set up by Gatling. */
    public BrowseAndCartSimulation() {
        setUp(customer.injectOpen(settings.arrivals()))
                .protocols(settings.engine())
                .assertions(
                        ServiceLevels.p95Below(ServiceLevels.CART_P95_MILLIS, Customers.READ_CART),
                        details(Customers.READ_CART).requestsPerSec().gt(0.0),
                        ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, Customers.CHECK_OUT),
                        global().successfulRequests().percent().gte(ServiceLevels.CREATED_PERCENT));
    }

    @Override
    public void before() {
        live.fill(settings);
    }
}
