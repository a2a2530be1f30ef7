package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Books;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** One idempotency key twice in one micro-batch: the database sees both in one statement. */
@ExtendWith(SharedServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(60)
class BatchMatesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private RunningEngine engine;

    @BeforeAll
    void start(Services services) {
        var settings = new HashMap<>(RunningEngine.API_ONLY);
        settings.put("ENGINE_PLACEMENT_BATCHES_IN_FLIGHT", "1");
        engine = RunningEngine.start(services, BatchMatesIT.class, settings);
    }

    @AfterAll
    void stop() {
        engine.close();
    }

    @Test
    void place_oneKeyTwiceInABatch_placesOnceAndAnswersAlike() throws Exception {
        var key = UUID.randomUUID().toString();

        var answers =
                inOneBatch(key, OrderRequests.of("c-twice", "sku-0001", 2), OrderRequests.of("c-twice", "sku-0001", 2));

        assertThat(answers).extracting(Answer::status).containsOnly(201);
        assertThat(answers).extracting(Answer::body).containsOnly(answers.get(0).body());
        assertThat(answers.stream().map(answer -> answer.header("Idempotency-Replayed")))
                .containsExactlyInAnyOrder(Optional.empty(), Optional.of("true"));
        assertThat(engine.number("SELECT count(*) FROM orders WHERE customer_id = 'c-twice'"))
                .isEqualTo(1);
        assertThat(Books.findings(engine)).isEmpty();
    }

    @Test
    void place_oneKeyForTwoOrdersInABatch_placesTheFirstAndRefusesTheOther() throws Exception {
        var key = UUID.randomUUID().toString();

        var answers =
                inOneBatch(key, OrderRequests.of("c-other", "sku-0001", 1), OrderRequests.of("c-other", "sku-0001", 2));

        assertThat(answers).extracting(Answer::status).containsExactlyInAnyOrder(201, 422);
        assertThat(engine.number("SELECT count(*) FROM orders WHERE customer_id = 'c-other'"))
                .isEqualTo(1);
        assertThat(Books.findings(engine)).isEmpty();
    }

    @Test
    void place_oneKeyTwiceInABatch_aboveTheStock_refusesBothAndFreesTheKey() throws Exception {
        var key = UUID.randomUUID().toString();
        engine.change("UPDATE stock SET on_hand = 0, stocked_in = 0 WHERE product_id = 'sku-0002' AND reserved = 0");

        var answers = inOneBatch(
                key, OrderRequests.of("c-refused", "sku-0002", 1), OrderRequests.of("c-refused", "sku-0002", 1));

        assertThat(answers).extracting(Answer::status).containsOnly(422);
        assertThat(answers).extracting(answer -> answer.text("code")).containsOnly("insufficient_stock");
        assertThat(engine.number("SELECT count(*) FROM idempotency_keys WHERE key = ?", key))
                .isZero();
        assertThat(Books.findings(engine)).isEmpty();
    }

    /** Both wait while the batch before them hangs at the database. */
    private List<Answer> inOneBatch(String key, ObjectNode... orders) throws SQLException {
        var api = engine.as("service");
        var depth = new Management(engine.managementPort());
        try (var connection = engine.connect()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("LOCK TABLE idempotency_keys IN ACCESS EXCLUSIVE MODE");
            }
            var before = api.placeLater(
                    OrderRequests.of("c-before", "sku-0001", 1),
                    "Idempotency-Key",
                    UUID.randomUUID().toString());
            await("a batch at the database")
                    .atMost(PATIENCE)
                    .until(() -> engine.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            var waiting = Stream.of(orders)
                    .map(order -> api.placeLater(order, "Idempotency-Key", key))
                    .toList();
            await("the two behind it")
                    .atMost(PATIENCE)
                    .until(() -> depth.metric("batch_queue_depth", "batch=\"placement\"") == orders.length);
            connection.rollback();
            assertThat(before.join().status()).isEqualTo(201);
            return waiting.stream().map(CompletableFuture::join).toList();
        }
    }
}
