package dev.orderengine.load;

import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Orders of one to three distinct products of the development catalogue, {@code sku-0001} to {@code sku-0099}; most are paid
 * by card. PayPal orders have one unit, so that none exceeds the 500 USD above which they would wait for a verification.
 */
final class RandomOrder {

    private static final int PRODUCTS = 99;
    private static final int MOST_LINES = 3;
    private static final int MOST_UNITS = 2;
    private static final int CUSTOMERS = 100_000;

    private RandomOrder() {}

    /** Session attributes {@code key}, the idempotency key, and {@code body}. */
    static Map<String, Object> next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        int dice = random.nextInt(100);
        String body;
        if (dice < 70) {
            body = body(random, "credit_card", "tok_visa", 1 + random.nextInt(MOST_LINES), MOST_UNITS);
        } else if (dice < 85) {
            body = body(random, "stripe", "tok_visa", 1 + random.nextInt(MOST_LINES), MOST_UNITS);
        } else if (dice < 95) {
            body = body(random, "paypal", "tok_visa", 1, 1);
        } else {
            body = body(random, "bank_transfer", null, 1 + random.nextInt(MOST_LINES), MOST_UNITS);
        }
        return Map.of("key", UUID.randomUUID().toString(), "body", body);
    }

    /** An order by card of one unit; also {@code product}, which it is of. */
    static Map<String, Object> ofOneUnit() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String product = "sku-%04d".formatted(1 + random.nextInt(PRODUCTS));
        String body =
                "{\"customer_id\":\"life-%s\",\"items\":[{\"product_id\":\"%s\",\"quantity\":1}],\"payment_method\":\"credit_card\",\"payment_token\":\"tok_visa\"}"
                        .formatted(UUID.randomUUID(), product);
        return Map.of("key", UUID.randomUUID().toString(), "body", body, "product", product);
    }

    /** Orders for one call, as JSON: each has a key of its own. */
    static String batch(int orders) {
        return Stream.generate(RandomOrder::next)
                .limit(orders)
                .map(order -> "{\"idempotency_key\":\"" + order.get("key") + "\","
                        + order.get("body").toString().substring(1))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String body(ThreadLocalRandom random, String method, String token, int lines, int mostUnits) {
        String items = random.ints(1, PRODUCTS + 1)
                .distinct()
                .limit(lines)
                .mapToObj(product -> "{\"product_id\":\"sku-%04d\",\"quantity\":%d}"
                        .formatted(product, 1 + random.nextInt(mostUnits)))
                .collect(Collectors.joining(",", "[", "]"));
        String paymentToken = token == null ? "" : ",\"payment_token\":\"" + token + "\"";
        return "{\"customer_id\":\"load-%d\",\"items\":%s,\"currency\":\"USD\",\"payment_method\":\"%s\"%s}"
                .formatted(random.nextInt(CUSTOMERS), items, method, paymentToken);
    }
}
