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
 * Customers look at products, fill a cart, look at it again and again, and some order it, while many carts of others are live; these
 * are read as well. The run fails when a service level is missed: p95 of reading a cart below 200 ms, p95 of ordering it below
 * 500 ms, and 99.9 % of all answered as they should be.
 */
public final class BrowseAndCartSimulation extends Simulation {

    private static final String READ = "read cart";
    private static final String CHECKOUT = "check out";
    private static final int READ_P95_MILLIS = 200;
    private static final int CHECKOUT_P95_MILLIS = 500;
    private static final double SUCCESS_PERCENT = 99.9;
    private static final double BUYERS_PERCENT = 20;

    private final Settings settings = Settings.read();
    private final LiveCarts live = new LiveCarts(settings.liveCarts());

    private final HttpProtocolBuilder engine = http.baseUrl(settings.baseUrl())
            .authorizationHeader("Bearer " + settings.token())
            .contentTypeHeader("application/json")
            .acceptHeader("application/json")
            .shareConnections();

    private final ChainBuilder browse = exec(
            http("list products").get("/api/v1/products?limit=20").check(status().is(200)),
            http("read product").get("/api/v1/products/#{sku}").check(status().is(200)));

    private final ChainBuilder fill = exec(
            http("put cart").put("/api/v1/carts/#{cart}").body(StringBody("#{body}")).check(status().is(201)),
            http("set line")
                    .put("/api/v1/carts/#{cart}/items/#{sku}")
                    .body(StringBody("{\"quantity\": 2}"))
                    .check(status().is(200)));

    private final ChainBuilder look = exec(
            http(READ).get("/api/v1/carts/#{cart}").check(status().is(200), jsonPath("$.total_amount").saveAs("total")),
            http(READ).get("/api/v1/carts/#{other}").check(status().is(200)),
            // Gatling has its version, as a browser would.
            http(READ).get("/api/v1/carts/#{cart}").check(status().is(304)));

    private final ChainBuilder buy = exec(http(CHECKOUT)
            .post("/api/v1/carts/#{cart}/checkout")
            .header("Idempotency-Key", "#{key}")
            .body(StringBody(
                    "{\"payment_method\":\"credit_card\",\"payment_token\":\"tok_visa\",\"expected_total\":\"#{total}\"}"))
            .check(status().is(201)));

    private final ScenarioBuilder customer = scenario("customer")
            .feed(Stream.generate(live::customer).iterator())
            .exec(browse)
            .exec(fill)
            .exec(look)
            .exec(randomSwitch().on(new Choice.WithWeight(BUYERS_PERCENT, buy)));

    /** Set up by Gatling. */
    public BrowseAndCartSimulation() {
        setUp(customer.injectOpen(
                        rampUsersPerSec(1).to(settings.rate()).during(Duration.ofSeconds(settings.rampSeconds())),
                        constantUsersPerSec(settings.rate()).during(Duration.ofSeconds(settings.holdSeconds()))))
                .protocols(engine)
                .assertions(
                        details(READ).responseTime().percentile(95.0).lt(READ_P95_MILLIS),
                        details(READ).requestsPerSec().gt(0.0),
                        details(CHECKOUT).responseTime().percentile(95.0).lt(CHECKOUT_P95_MILLIS),
                        global().successfulRequests().percent().gte(SUCCESS_PERCENT));
    }

    @Override
    public void before() {
        live.fill(settings);
    }
}
