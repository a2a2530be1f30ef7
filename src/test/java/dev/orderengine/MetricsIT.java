package dev.orderengine;

import static dev.orderengine.support.OrderRequests.example;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Api;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What an engine at work measures is what docs/metrics.md says, no more and no less, and no label grows with the orders. */
@ExtendWith(SharedServices.class)
class MetricsIT {

    private static final Path REFERENCE = Path.of("docs", "metrics.md");
    private static final Pattern ROW = Pattern.compile("\\| `([a-z0-9_]+)`( ¹)? \\| (\\w+) \\| (.*?) \\|.*");
    private static final Pattern SAMPLE = Pattern.compile("([a-z0-9_]+)(?:\\{(.*)})? \\S+");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final int VALUES_OF_A_LABEL = 40;

    private static RunningEngine engine;
    private static Management management;
    private static Api api;
    private static String orderId;
    private static String cartId;

    private record Metric(String type, Set<String> labels) {}

    @BeforeAll
    static void startAndWork(Services services) {
        engine = RunningEngine.start(services, MetricsIT.class, Map.of("ENGINE_ORDERS_STOCK_CHECK_INTERVAL", "PT0.2S"));
        management = new Management(engine.managementPort());
        api = engine.as("admin");
        OrderLife life = new OrderLife(api);
        orderId = life.delivered(example());
        cartId = UUID.randomUUID().toString();
        api.put("/carts/" + cartId, "{\"items\": [{\"product_id\": \"sku-0001\", \"quantity\": 1}]}");
        api.get("/carts/" + cartId);
        api.post("/carts/" + cartId + "/checkout", """
                {"payment_method": "credit_card", "payment_token": "tok_visa"}""");
        api.post("/orders/" + orderId + "/refunds", """
                {"amount": "1.00", "reason": "late"}""");
        api.get("/orders/" + UUID.randomUUID());
        api.place(example(), "traceparent", "00-" + TRACE + "-00f067aa0ba902b7-01");
        await().until(() -> management.metric("refunds_outcomes_total") >= 1);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void metrics_ofAnEngineAtWork_areThoseOfTheReference() throws IOException {
        Map<String, Metric> documented = new TreeMap<>();
        Set<String> occasional = new HashSet<>();
        readReference(documented, occasional);

        Map<String, Metric> measured = measured();

        documented.keySet().removeIf(name -> occasional.contains(name) && !measured.containsKey(name));
        measured.forEach((name, metric) ->
                assertThat(documented.get(name)).as("reference of " + name).isEqualTo(metric));
        assertThat(documented.keySet()).as("measured").allMatch(measured::containsKey);
    }

    @Test
    void labels_whateverWasOrdered_haveFewValuesAndNoIds() {
        Map<String, Set<String>> values = new HashMap<>();
        for (String line : management
                .metrics()
                .lines()
                .filter(sample -> !sample.startsWith("#"))
                .toList()) {
            labels(line)
                    .forEach(
                            (label, value) -> values.computeIfAbsent(nameOf(line) + " " + label, any -> new TreeSet<>())
                                    .add(value));
        }

        assertThat(values).isNotEmpty();
        values.forEach((label, seen) -> {
            assertThat(seen).as(label).hasSizeLessThan(VALUES_OF_A_LABEL);
            assertThat(String.join(" ", seen)).as(label).doesNotContain(orderId, cartId, "sku-", "c-1001", TRACE);
        });
        assertThat(values.get("http_server_requests_seconds_count route"))
                .contains("/api/v1/orders/{id}", "/api/v1/carts/{cart_id}")
                .allMatch(route -> route.startsWith("/api/v1/"));
    }

    @Test
    void buckets_ofEachServiceLevel_haveItsTargetAmongTheirBounds() {
        Map<String, String> targets = Map.of(
                "http_server_requests_seconds_bucket{method=\"POST\",route=\"/api/v1/orders\",status=\"201\"", "0.5",
                "http_server_requests_seconds_bucket{method=\"GET\",route=\"/api/v1/carts/{cart_id}\",status=\"200\"",
                        "0.2",
                "payment_duration_seconds_bucket{outcome=\"captured\",provider=\"stripe\"", "1.0",
                "rules_evaluation_seconds_bucket{", "0.1");

        List<String> lines = management.metrics().lines().toList();

        targets.forEach((series, bound) -> assertThat(lines)
                .as(series)
                .anyMatch(line -> line.startsWith(series) && line.contains("le=\"" + bound + "\"")));
    }

    @Test
    void openMetrics_ofARecordedTrace_leadToIt() {
        String text = management.openMetrics();

        assertThat(text).endsWith("# EOF\n");
        // Prometheus refuses to read an exemplar anywhere else.
        assertThat(text.lines().filter(line -> line.contains("trace_id=\"")))
                .allMatch(line -> line.matches("\\w+_(bucket|total).*"));
        assertThat(text.lines())
                .anyMatch(line ->
                        line.startsWith("http_server_requests_seconds_bucket{method=\"POST\",route=\"/api/v1/orders\"")
                                && line.contains("trace_id=\"" + TRACE + "\""));
    }

    @Test
    void figures_ofOrders_areCountedOnceTheyAreDurable() {
        assertThat(management.metric("orders_placed_total", "currency=\"USD\""))
                .isEqualTo(engine.number("SELECT count(*) FROM orders"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(management.metric("orders_moved_total", "status=\"paid\""))
                        .isEqualTo(engine.number("SELECT count(*) FROM order_events WHERE type = 'payment.captured'")));
        assertThat(management.metric("reservations_drift_units")).isZero();
        assertThat(management.metric("health_ready")).isEqualTo(1);
    }

    @Test
    void drift_ofAStockRow_isSeenUntilItIsMended() {
        engine.change(
                "UPDATE stock SET reserved = reserved + 7 WHERE product_id = 'sku-0042' AND location_id = 'loc-main'");
        await().until(() -> management.metric("reservations_drift_units") == 7);

        engine.change(
                "UPDATE stock SET reserved = reserved - 7 WHERE product_id = 'sku-0042' AND location_id = 'loc-main'");
        await().until(() -> management.metric("reservations_drift_units") == 0);
    }

    private static void readReference(Map<String, Metric> documented, Set<String> occasional) throws IOException {
        for (String line : Files.readAllLines(REFERENCE)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String labels = row.group(4).replace("`", "").replace("–", "");
                documented.put(
                        row.group(1),
                        new Metric(row.group(3), labels.isBlank() ? Set.of() : Set.of(labels.split(" "))));
                if (row.group(2) != null) {
                    occasional.add(row.group(1));
                }
            }
        }
    }

    /** By family; the largest values that stand beside histograms belong to them. */
    private static Map<String, Metric> measured() {
        Map<String, Metric> families = new TreeMap<>();
        String family = "";
        for (String line : management.metrics().lines().toList()) {
            if (line.startsWith("# TYPE ")) {
                String[] words = line.split(" ");
                family = words[2];
                families.put(family, new Metric(words[3], new HashSet<>()));
            } else if (!line.startsWith("#")) {
                families.get(family).labels().addAll(labels(line).keySet());
            }
        }
        families.values().forEach(metric -> metric.labels().remove("le"));
        families.keySet()
                .removeIf(name -> name.endsWith("_max") && families.containsKey(name.substring(0, name.length() - 4)));
        return families;
    }

    private static String nameOf(String line) {
        return line.split("[{ ]", 2)[0];
    }

    private static Map<String, String> labels(String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        Map<String, String> labels = new HashMap<>();
        if (sample.group(2) != null) {
            Matcher label = LABEL.matcher(sample.group(2));
            while (label.find()) {
                labels.put(label.group(1), label.group(2));
            }
        }
        return labels;
    }
}
