package dev.orderengine;

import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CLIENT;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_CONSUMER;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_INTERNAL;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_PRODUCER;
import static io.opentelemetry.proto.trace.v1.Span.SpanKind.SPAN_KIND_SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.EventTap;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.SpanSink;
import dev.orderengine.support.SpanSink.Seen;
import dev.orderengine.telemetry.TraceContext;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a collector gets of an engine that records a tenth of the traces which begin in it. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class TracesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String EVENTS = "TracesIT-order-events";
    private static final String NOTICES = EVENTS + "-notifications";
    private static final String CALLER = "b7ad6b7169203331";

    private static SpanSink collector;
    private static RunningEngine engine;
    private static Api api;
    private static EventTap tap;
    private static Management management;

    @BeforeAll
    static void start(Services services) {
        collector = new SpanSink();
        engine = RunningEngine.start(
                services,
                TracesIT.class,
                Map.of("ENGINE_TRACING_ENDPOINT", collector.endpoint().toString()));
        api = engine.as("admin");
        management = new Management(engine.managementPort());
        tap = new EventTap(services.sqs(), engine.environment().get("ENGINE_SQS_EVENTS_QUEUE"));
    }

    @AfterAll
    static void stop() {
        tap.close();
        engine.close();
        collector.close();
    }

    @Test
    void order_ofACallerWhoRecords_isOneTraceUntilItsMail() {
        String trace = newTrace();
        Answer placed = api.place(OrderRequests.example(), "traceparent", traceparent(trace, true));
        String order = placed.text("order_id");
        Seen mail = awaitSpan(trace, span -> span.name().equals("mail"));
        Seen captured = awaitSpan(trace, sent(EVENTS, "payment.captured"));

        Seen request = awaitSpan(trace, named(SPAN_KIND_SERVER, "POST /api/v1/orders"));
        assertThat(request.parentId()).isEqualTo(CALLER);
        assertThat(placed.header("traceparent")).contains(request.traceparent());
        assertThat(request.attributes())
                .containsEntry("http.response.status_code", "201")
                .containsEntry("http.route", "/api/v1/orders")
                .containsEntry("order_id", order);
        Seen assessed = childOf(request, SPAN_KIND_INTERNAL, "assess");
        Seen rules = childOf(assessed, SPAN_KIND_INTERNAL, "rules");
        assertThat(childOf(rules, SPAN_KIND_CLIENT, "facts").attributes())
                .containsEntry("db.system.name", "postgresql");
        Seen asked = childOf(request, SPAN_KIND_INTERNAL, "place");
        assertThat(asked.attributes()).containsEntry("messaging.system", "vertx_event_bus");
        Seen placement = childOf(asked, SPAN_KIND_INTERNAL, "placement");
        assertThat(childOf(placement, SPAN_KIND_CLIENT, "place_orders").attributes())
                .containsEntry("batch.size", "1")
                .containsEntry("db.system.name", "postgresql");
        assertThat(childOf(placement, SPAN_KIND_CLIENT, "stripe charge").attributes())
                .containsEntry("order_id", order)
                .containsEntry("payment_id", engine.text("SELECT id FROM payments WHERE order_id = ?::uuid", order));
        childOf(placement, SPAN_KIND_CLIENT, "settle_payments");
        assertThat(captured.parentId()).isEqualTo(placement.spanId());
        assertThat(traceparentsInQueue(order))
                .containsExactlyInAnyOrderElementsOf(collector.of(trace).stream()
                        .filter(span -> span.name().equals("send " + EVENTS))
                        .map(Seen::traceparent)
                        .toList())
                .hasSize(3);
        Seen noticed = awaitSpan(trace, sent(NOTICES, "order.placed"));
        Seen consumed = childOf(noticed, SPAN_KIND_CONSUMER, "process " + NOTICES);
        assertThat(consumed.attributes()).containsEntry("order_id", order);
        childOf(consumed, SPAN_KIND_CLIENT, "note_notices");
        assertThat(mail.parentId()).isEqualTo(consumed.spanId());
        assertWhole(trace);
        assertThat(collector.services()).containsExactly("order-engine");
    }

    @Test
    void command_onAnOrder_isOneTraceUntilTheMoneyIsBack() {
        String order = api.place(OrderRequests.of("c-1", "sku-0010", 1)).text("order_id");
        awaitStatus(order, "paid");
        String trace = newTrace();

        api.post("/orders/" + order + "/cancel", "{}", "traceparent", traceparent(trace, true));

        awaitSpan(trace, sent(EVENTS, "payment.refunded"));
        Seen request = awaitSpan(trace, named(SPAN_KIND_SERVER, "POST /api/v1/orders/{id}/cancel"));
        Seen asked = childOf(request, SPAN_KIND_INTERNAL, "order.execute");
        Seen command = childOf(asked, SPAN_KIND_INTERNAL, "command");
        assertThat(command.attributes()).containsEntry("order_id", order).containsEntry("command", "CancelOrder");
        childOf(command, SPAN_KIND_CLIENT, "execute_commands");
        childOf(command, SPAN_KIND_CLIENT, "stripe give_back");
        childOf(command, SPAN_KIND_CLIENT, "settle_refunds");
        assertWhole(trace);
    }

    @Test
    void orders_ofOneBatch_areLinkedInEachOfTheirTraces() throws Exception {
        List<String> traces = Stream.generate(TracesIT::newTrace).limit(12).toList();
        List<CompletableFuture<Answer>> answers;
        try (Connection blocking = engine.connect()) {
            blocking.setAutoCommit(false);
            blocking.createStatement().execute("LOCK TABLE orders IN EXCLUSIVE MODE");
            answers = traces.stream()
                    .map(trace -> api.placeLater(
                            OrderRequests.of("c-1", "sku-0011", 1), "traceparent", traceparent(trace, true)))
                    .toList();
            await("most wait for the next batch")
                    .atMost(PATIENCE)
                    .until(() -> management.metric("batch_queue_depth", "batch=\"placement\"") > 6);
            blocking.rollback();
        }
        answers.forEach(answer -> assertThat(answer.join().status()).isEqualTo(201));

        Map<String, Seen> batches = traces.stream()
                .map(trace -> awaitSpan(trace, named(SPAN_KIND_CLIENT, "place_orders")))
                .collect(Collectors.toMap(Seen::spanId, batch -> batch));
        Seen first = batches.values().stream()
                .max(Comparator.comparing(batch -> batch.links().size()))
                .orElseThrow();
        assertThat(first.links()).hasSizeGreaterThan(5);
        assertThat(first.attributes())
                .containsEntry("batch.size", String.valueOf(first.links().size() + 1));
        assertThat(first.links())
                .allSatisfy(other -> assertThat(batches.get(other).links()).containsExactly(first.spanId()));
    }

    @Test
    void failures_inATraceThatIsNotRecorded_areShownAlone() {
        String failed = newTrace();
        engine.change("""
                CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken'; END $$""");
        engine.change("""
                CREATE TRIGGER broken BEFORE INSERT ON orders
                FOR EACH ROW WHEN (NEW.customer_id = 'c-broken') EXECUTE FUNCTION broken()""");
        Answer answer =
                api.place(OrderRequests.of("c-broken", "sku-0012", 1), "traceparent", traceparent(failed, false));
        String declined = newTrace();
        ObjectNode unpaid = OrderRequests.of("c-1", "sku-0012", 1);
        unpaid.put("payment_token", "tok_declined");
        String order =
                api.place(unpaid, "traceparent", traceparent(declined, false)).text("order_id");

        assertThat(answer.status()).isEqualTo(500);
        Seen error = awaitSpan(failed, named(SPAN_KIND_SERVER, "POST /api/v1/orders"));
        assertThat(error.status()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(error.parentId()).isEqualTo(CALLER);
        assertThat(answer.header("traceparent").orElseThrow()).isEqualTo("00-" + failed + "-" + error.spanId() + "-00");
        awaitStatus(order, "payment_failed");
        Seen charge = awaitSpan(declined, named(SPAN_KIND_CLIENT, "stripe charge"));
        assertThat(charge.status()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(charge.attributes()).containsEntry("order_id", order).containsEntry("error.type", "declined");
        assertThat(collector.of(failed)).hasSize(1);
        assertThat(collector.of(declined)).hasSize(1);
    }

    /** That it is a tenth is shown by {@code SpansTest}. */
    @Test
    void orders_withoutATrace_areRecordedNowAndThenAndThenWhole() {
        List<TraceContext> traces = new ArrayList<>();
        while (traces.stream().filter(TraceContext::sampled).count() < 3) {
            List<CompletableFuture<Answer>> answers = Stream.generate(
                            () -> api.placeLater(OrderRequests.of("c-1", "sku-0013", 1)))
                    .limit(10)
                    .toList();
            answers.forEach(answer -> traces.add(trace(answer.join())));
        }

        traces.stream().filter(TraceContext::sampled).forEach(recorded -> {
            awaitSpan(recorded.traceId(), sent(EVENTS, "payment.captured"));
            awaitSpan(recorded.traceId(), named(SPAN_KIND_CONSUMER, "process " + NOTICES));
            assertWhole(recorded.traceId());
        });
        assertThat(traces.stream().filter(trace -> !trace.sampled()))
                .isNotEmpty()
                .allSatisfy(other -> assertThat(collector.of(other.traceId()))
                        // What took too long is shown on a slow machine too.
                        .allMatch(span -> span.kind() == SPAN_KIND_SERVER));
    }

    private static TraceContext trace(Answer answer) {
        return TraceContext.parse(answer.header("traceparent").orElseThrow()).orElseThrow();
    }

    /** One request is the beginning, and all the rest hangs on it. */
    private static void assertWhole(String trace) {
        await("the whole trace").atMost(PATIENCE).untilAsserted(() -> {
            List<Seen> spans = collector.of(trace);
            Set<String> ids = spans.stream().map(Seen::spanId).collect(Collectors.toSet());
            assertThat(spans.stream().filter(span -> !ids.contains(span.parentId())))
                    .as("beginnings")
                    .singleElement()
                    .extracting(Seen::kind)
                    .isEqualTo(SPAN_KIND_SERVER);
        });
        assertThat(collector.of(trace))
                .allSatisfy(span -> assertThat(span.endNanos()).isGreaterThanOrEqualTo(span.startNanos()));
    }

    private static Seen childOf(Seen parent, SpanKind kind, String name) {
        return awaitSpan(
                parent.traceId(), named(kind, name).and(span -> span.parentId().equals(parent.spanId())));
    }

    private static Predicate<Seen> named(SpanKind kind, String name) {
        return span -> span.kind() == kind && span.name().equals(name);
    }

    private static Predicate<Seen> sent(String queue, String type) {
        return named(SPAN_KIND_PRODUCER, "send " + queue)
                .and(span -> type.equals(span.attributes().get("event_type")));
    }

    private static Seen awaitSpan(String trace, Predicate<Seen> which) {
        return await("a span of " + trace)
                .atMost(PATIENCE)
                .until(() -> collector.one(trace, which), Optional::isPresent)
                .orElseThrow();
    }

    private static void awaitStatus(String order, String status) {
        await(status)
                .atMost(PATIENCE)
                .until(() -> status.equals(api.get("/orders/" + order).text("status")));
    }

    private static List<String> traceparentsInQueue(String order) {
        await("its events").atMost(PATIENCE).until(() -> tap.of(order).size() == 3);
        return tap.of(order).stream()
                .map(event -> event.attributes().get("traceparent"))
                .toList();
    }

    private static String newTrace() {
        return TraceContext.begin().traceId();
    }

    private static String traceparent(String trace, boolean sampled) {
        return "00-" + trace + "-" + CALLER + (sampled ? "-01" : "-00");
    }
}
