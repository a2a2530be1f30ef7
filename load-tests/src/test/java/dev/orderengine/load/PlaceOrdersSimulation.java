package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;

/**
 * Customers arrive at a rising, then constant rate, each places an order, and some look it up. The load is open: a slow engine
 * does not slow the arrivals down. The run fails when a service level of the order path is missed: p95 of the creation below
 * 500 ms, and 99.9 % created.
 */
public final class PlaceOrdersSimulation extends Simulation {

    private static final String PLACE = "place order";

    private final Settings settings = Settings.read("service", 100);

    private final ScenarioBuilder customer =
            scenario("customer").exec(Customers.place(PLACE)).exec(Customers.lookUp(Settings.number("READ_SHARE", 10)));

    /** Set up by Gatling. */
    public PlaceOrdersSimulation() {
        setUp(customer.injectOpen(settings.arrivals()))
                .protocols(settings.engine())
                .assertions(
                        ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, PLACE),
                        ServiceLevels.created(PLACE),
                        details(PLACE).requestsPerSec().gt(0.0),
                        global().successfulRequests().percent().gte(ServiceLevels.CREATED_PERCENT));
    }
}
