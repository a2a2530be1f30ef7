package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.details;

import io.gatling.javaapi.core.Assertion;

/** The service levels that the product promises, as assertions on a request by name. */
final class ServiceLevels {

    /** p95 of the creation of an order. */
    static final int ORDER_P95_MILLIS = 500;

    /** p95 of a payment; here as the customer sees it, from the order's answer on. */
    static final int PAYMENT_P95_MILLIS = 1_000;

    /** p95 of reading a cart. */
    static final int CART_P95_MILLIS = 200;

    /** Share of the orders that are created; the load holds nothing that would be refused, so a refusal is a failure too. */
    static final double CREATED_PERCENT = 99.9;

    /** Share of the probes that find the engine ready. */
    static final double UPTIME_PERCENT = 99.5;

    private ServiceLevels() {}

    static Assertion p95Below(int millis, String... request) {
        return details(request).responseTime().percentile(95.0).lt(millis);
    }

    static Assertion created(String... request) {
        return details(request).successfulRequests().percent().gte(CREATED_PERCENT);
    }
}
