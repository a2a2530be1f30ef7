package dev.orderengine.deadletter;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orderengine.dev.DevQueues;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;

/** What was given up is listed, and gets another chance by a call, once for each key. */
@ExtendWith(SharedServices.class)
class DeadLettersIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String REDRIVE = "/admin/dead-letters/redrive";

    private static RunningEngine engine;
    private static SqsAsyncClient sqs;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, DeadLettersIT.class, Map.of());
        sqs = DevQueues.client(services.sqs());
    }

    @AfterAll
    static void stop() {
        sqs.close();
        engine.close();
    }

    @Test
    void eventThatWasSetAside_isListedAndDeliveredWhenRedriven_onceForEachKey() {
        String order = order();
        setAside(order);
        JsonNode letter = source("outbox").at("/latest/0");
        assertThat(letter.get("order_id").asText()).isEqualTo(order);
        assertThat(letter.get("what").asText()).isEqualTo("order.placed");
        assertThat(letter.get("reason").asText()).isEqualTo("too large");
        String key = UUID.randomUUID().toString();

        Answer first = redrive("outbox", key);
        await("it is delivered").atMost(PATIENCE).until(() -> waiting(order) == 0);
        setAside(order);
        Answer repeat = redrive("outbox", key);

        assertThat(first.json().get("redriven").asInt()).isEqualTo(1);
        assertThat(repeat.body()).isEqualTo(first.body());
        assertThat(repeat.header("Idempotency-Replayed")).contains("true");
        assertThat(waiting(order)).as("what died later is left to another key").isEqualTo(1);
        assertThat(redrive("outbox", UUID.randomUUID().toString())
                        .json()
                        .get("redriven")
                        .asInt())
                .isEqualTo(1);
        assertThat(engine.number("""
                        SELECT count(*) FROM audit_log
                        WHERE action = 'dead_letters.redrive' AND subject = 'outbox' AND detail ->> 'redriven' = '1'""")).isEqualTo(2);
    }

    @Test
    void mailThatWasGivenUp_isTriedAgain_butNotOneThatMayHaveBeenSent() {
        String refused = order();
        String doubtful = order();
        dead(refused, "550 no such user", false);
        dead(doubtful, "erased", true);

        redrive("notifications", UUID.randomUUID().toString());

        await("it is dealt with").atMost(PATIENCE).until(() -> !state(refused).equals("dead"));
        assertThat(state(doubtful)).isEqualTo("dead");
        assertThat(source("notifications").get("letters").asInt()).isEqualTo(1);
        assertThat(source("notifications").at("/latest/0/redrivable").asBoolean())
                .isFalse();
    }

    @Test
    void deadLettersOfAQueue_goBackToIt() {
        String queue = engine.environment().get("ENGINE_SQS_EVENTS_QUEUE");
        String name = queue.substring(queue.lastIndexOf('/') + 1);
        IntStream.range(0, 25)
                .forEach(i -> sqs.sendMessage(
                                request -> request.queueUrl(queue + "-dlq").messageBody("letter " + i))
                        .join());
        await("they are counted")
                .atMost(PATIENCE)
                .until(() -> source(name).get("letters").asInt() == 25);

        Answer redriven = redrive(name, UUID.randomUUID().toString());

        assertThat(redriven.json().get("redriven").asInt()).isEqualTo(25);
        assertThat(source(name).get("letters").asInt()).isZero();
    }

    @Test
    void redrive_byAReviewer_isForbidden() {
        assertThat(engine.as("reviewer")
                        .post(REDRIVE, "{\"source\": \"outbox\"}")
                        .status())
                .isEqualTo(403);
    }

    private static String order() {
        String order = engine.as("service").place(of("c-dead", "sku-0041", 1)).text("order_id");
        await("its event has left").atMost(PATIENCE).until(() -> waiting(order) == 0);
        return order;
    }

    private static void setAside(String order) {
        engine.change("""
                INSERT INTO outbox (shard, order_id, sequence, attempts, last_error, set_aside_at)
                VALUES (outbox_shard(?::uuid), ?::uuid, 1, 10, 'too large', now())""", order, order);
    }

    private static void dead(String order, String reason, boolean inDoubt) {
        engine.change("""
                INSERT INTO notifications (order_id, sequence, kind, state, attempts, reason, in_doubt, created_at, updated_at)
                VALUES (?::uuid, 1, 'shipped', 'dead', 10, ?, ?, now(), now())""", order, reason, inDoubt);
    }

    private static long waiting(String order) {
        return engine.number("SELECT count(*) FROM outbox WHERE order_id = ?::uuid", order);
    }

    private static String state(String order) {
        return engine.text("SELECT state FROM notifications WHERE order_id = ?::uuid AND kind = 'shipped'", order);
    }

    private static JsonNode source(String name) {
        for (JsonNode source :
                engine.as("operator").get("/admin/dead-letters").json().get("items")) {
            if (source.get("source").asText().equals(name)) {
                return source;
            }
        }
        throw new AssertionError("no source " + name);
    }

    private static Answer redrive(String source, String key) {
        return engine.as("operator").post(REDRIVE, "{\"source\": \"%s\"}".formatted(source), "Idempotency-Key", key);
    }
}
