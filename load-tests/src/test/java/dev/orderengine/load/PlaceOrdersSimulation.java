package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.details;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.global;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.rampUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.randomSwitch;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.Choice;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Simulation;
import io.gatling.javaapi.http.HttpProtocolBuilder;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * Customers arrive at a rising, then constant rate, each places an order, and some look it up. The load is open: a slow engine
 * does not slow the arrivals down. The run fails when a service level of the order path is missed: p95 of the creation below
 * 500 ms, and 99.9 % created. The load holds nothing that would be refused, so a refusal counts as a failure here.
 */
public final class PlaceOrdersSimulation extends Simulation {

    private static final String PLACE = "place order";
    private static final int P95_MILLIS = 500;
    private static final double SUCCESS_PERCENT = 99.9;

    private final Settings settings = Settings.read();

    private final HttpProtocolBuilder engine = http.baseUrl(settings.baseUrl())
            .authorizationHeader("Bearer " + settings.token())
            .contentTypeHeader("application/json")
            .acceptHeader("application/json")
            .shareConnections();

    private final ChainBuilder place = exec(http(PLACE)
            .post("/api/v1/orders")
            .header("Idempotency-Key", "#{key}")
            .body(StringBody("#{body}"))
            .check(status().is(201), jsonPath("$.order_id").saveAs("orderId")))
            .exitHereIfFailed();

    private final ChainBuilder read = exec(
            http("read order").get("/api/v1/orders/#{orderId}").check(status().is(200)),
            http("read status").get("/api/v1/orders/#{orderId}/status").check(status().is(200)));

    private final ScenarioBuilder customer = scenario("customer")
            .feed(Stream.generate(RandomOrder::next).iterator())
            .exec(place)
            .exec(randomSwitch().on(new Choice.WithWeight(settings.readShare(), read)));

    /** Set up by Gatling. */
    public PlaceOrdersSimulation() {
        setUp(customer.injectOpen(
                        rampUsersPerSec(1).to(settings.rate()).during(Duration.ofSeconds(settings.rampSeconds())),
                        constantUsersPerSec(settings.rate()).during(Duration.ofSeconds(settings.holdSeconds()))))
                .protocols(engine)
                .assertions(
                        details(PLACE).responseTime().percentile(95.0).lt(P95_MILLIS),
                        details(PLACE).successfulRequests().percent().gte(SUCCESS_PERCENT),
                        details(PLACE).requestsPerSec().gt(0.0),
                        global().successfulRequests().percent().gte(SUCCESS_PERCENT));
    }
}
