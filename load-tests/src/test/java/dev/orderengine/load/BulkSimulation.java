package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;

/**
 * Shops hand over many orders in one call, while customers place theirs one by one. The run fails when a service level is missed, by the
 * batches or by those beside them: p95 of the creation below 500 ms, 99.9 % created; a batch counts as created when all its orders are.
 */
public final class BulkSimulation extends Simulation {

    private static final String BATCH = "place batch";
    private static final String PLACE = "place order beside batches";

    private final Settings settings = Settings.read("service", 3);
    private final int orders = Settings.number("BATCH", 100);

    private final ScenarioBuilder shop = scenario("shop")
            .exec(exec(http(BATCH)
                    .post("/api/v1/orders/batch")
                    .body(StringBody(session -> RandomOrder.batch(orders)))
                    .check(
                            status().is(207),
                            jsonPath("$.results[?(@.status == 201)].status")
                                    .count()
                                    .is(orders))));

    private final ScenarioBuilder customer = scenario("customer").exec(Customers.place(PLACE));

    /** Set up by Gatling. */
    public BulkSimulation() {
        setUp(
                        shop.injectOpen(settings.arrivals()),
                        customer.injectOpen(settings.withRate(Settings.number("SINGLE_RATE", 20))
                                .arrivals()))
                .protocols(settings.engine())
                .assertions(
                        ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, BATCH),
                        ServiceLevels.created(BATCH),
                        ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, PLACE),
                        ServiceLevels.created(PLACE));
    }
}
