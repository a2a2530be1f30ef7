package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.icegreen.greenmail.util.GreenMailUtil;
import dev.orderengine.dev.DevQueues;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.StripeWebhooks;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.EngineProcess;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RedisAccess;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.Message;

/**
 * Card numbers in every field, header, parameter and path of every operation, in webhooks and in queues: refused where a client sends
 * them, and afterwards nowhere: not in what the engine logs at its most talkative, the database, Redis, the queues or the mails.
 */
@ExtendWith(SharedServices.class)
@Timeout(180)
class CardsIT {

    private static final String CARD = "4242-4242-4242-4242";
    private static final String DIGITS = "4242424242424242";
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private static Services services;
    private static RunningEngine site;
    private static EngineProcess engine;
    private static Api admin;

    /** The engine in this JVM gets no request; it makes the database. The other logs as in production, and more. */
    @BeforeAll
    static void start(Services shared) {
        services = shared;
        site = RunningEngine.start(shared, CardsIT.class, RunningEngine.API_ONLY);
        Map<String, String> environment = new HashMap<>(site.environment());
        environment.remove("ENGINE_ENGINE_ROLES");
        environment.put("ENGINE_LOG_LEVEL", "TRACE");
        environment.put("ENGINE_LOG_LEVEL_LIBRARIES", "INFO");
        environment.put("ENGINE_PAYMENTS_POLL_INTERVAL", "PT1H");
        List<String> program = new ArrayList<>(List.of("-Dlogback.configurationFile=logback.xml"));
        program.addAll(EngineProcess.CLASSES);
        engine = EngineProcess.start(program, environment);
        admin = engine.as(site.tokens().token("admin"));
    }

    @AfterAll
    static void stop() {
        engine.close();
        site.close();
    }

    @Test
    void cardNumbers_whereverTheyAreSent_areRefusedAndKeptNowhere() {
        List<String> accepted = new ArrayList<>();
        Contract.load().operations().forEach(operation -> everywhere(operation, accepted));
        assertThat(accepted).isEmpty();

        tellByWebhook();
        tellByQueue();
        admin.get("/orders?status=" + DIGITS);
        admin.send("BREW", "/coffee/" + DIGITS, "{".getBytes(StandardCharsets.UTF_8), "User-Agent", CARD);

        assertThat(plain(engine.output())).contains("\"severity\":").doesNotContain(DIGITS);
        assertThat(tablesWithCards()).isEmpty();
        assertThat(redis()).noneMatch(value -> plain(value).contains(DIGITS));
        assertThat(messages()).noneMatch(value -> plain(value).contains(DIGITS));
        assertThat(services.mail().received())
                .noneMatch(mail -> plain(GreenMailUtil.getWholeMessage(mail)).contains(DIGITS));
    }

    /** One call for each place that a card number may stand in. */
    private static void everywhere(Operation operation, List<String> accepted) {
        if (operation.path().contains("/webhooks/")) {
            return;
        }
        Call call = Call.example(operation);
        Api caller = admin.atRoot();
        byte[] body = call.bytes();
        String joint = call.path().contains("?") ? "&" : "?";
        List<Answer> answers = new ArrayList<>();
        answers.add(caller.send(operation.method(), call.path(), body, call.headers("X-Note", CARD)));
        answers.add(caller.send(operation.method(), call.path(), body, call.headers("Idempotency-Key", CARD)));
        answers.add(caller.send(operation.method(), call.path(), body, call.headers("X-Request-Id", CARD)));
        answers.add(caller.send(operation.method(), call.path() + joint + "note=" + CARD, body, call.headers()));
        answers.add(caller.send(operation.method(), call.path() + joint + DIGITS + "=1", body, call.headers()));
        operation
                .parameters("path")
                .map(parameter ->
                        operation.path().replace("{" + parameter.get("name").text() + "}", DIGITS))
                .map(path -> path.replaceAll("\\{[a-z_]+}", "x"))
                .forEach(path -> answers.add(caller.send(operation.method(), path, body, call.headers())));
        if (call.body() != null) {
            spoilt(call.body())
                    .map(spoilt -> caller.send(
                            operation.method(),
                            call.path(),
                            spoilt.toString().getBytes(StandardCharsets.UTF_8),
                            call.headers()))
                    .forEach(answers::add);
        }
        for (Answer answer : answers) {
            boolean ofBatch = answer.status() == 207 && answer.body().contains("card_number_not_allowed");
            if (!ofBatch && (answer.status() < 400 || !answer.body().contains("card_number_not_allowed"))) {
                accepted.add(operation.title() + ": " + answer);
            } else if (plain(answer.body()).contains(DIGITS)) {
                accepted.add(operation.title() + " echoes it: " + answer);
            }
        }
    }

    /** The body with a card number in each of its values in turn, as text and as a number, and as the name of a field. */
    private static Stream<JsonNode> spoilt(JsonNode body) {
        List<JsonPointer> places = new ArrayList<>();
        collect(body, JsonPointer.empty(), places);
        return places.stream()
                .flatMap(place -> Stream.of(
                        with(body, place, new TextNode("my " + CARD)),
                        with(body, place, new LongNode(4_242_424_242_424_242L)),
                        named(body, place)));
    }

    private static void collect(JsonNode node, JsonPointer at, List<JsonPointer> places) {
        if (node.isObject()) {
            node.properties().forEach(field -> collect(field.getValue(), at.appendProperty(field.getKey()), places));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), at.appendIndex(i), places);
            }
        } else {
            places.add(at);
        }
    }

    private static JsonNode with(JsonNode body, JsonPointer place, JsonNode value) {
        JsonNode copy = body.deepCopy();
        if (copy.at(place.head()) instanceof ObjectNode parent) {
            parent.set(place.last().getMatchingProperty(), value);
        } else if (copy.at(place.head()) instanceof ArrayNode parent) {
            parent.set(place.last().getMatchingIndex(), value);
        }
        return copy;
    }

    private static JsonNode named(JsonNode body, JsonPointer place) {
        JsonNode copy = body.deepCopy();
        JsonPointer parent = place.head();
        while (!copy.at(parent).isObject()) {
            parent = parent.head();
        }
        ((ObjectNode) copy.at(parent)).put(CARD, "x");
        return copy;
    }

    /** Signed, so that it is read; the customer is told by mail why his payment failed. */
    private static void tellByWebhook() {
        ObjectNode order = OrderRequests.of("c-cards", "sku-0001", 1).put("payment_token", "tok_async");
        order.putObject("customer").put("email", "cards@example.com");
        Answer placed = admin.place(order, "Idempotency-Key", UUID.randomUUID().toString());
        String id = placed.text("order_id");
        await().atMost(PATIENCE)
                .until(() -> admin.get("/orders/" + id).text("payment_status").equals("processing"));
        String payment =
                admin.get("/orders/" + id).json().at("/payments/0/payment_id").asText();
        String event = """
                {"id": "evt_%s", "type": "card %s", "note": "%s", "data": {"object": {"object": "payment_intent", "id": "pi_1",
                 "status": "requires_payment_method", "metadata": {"payment_id": "%s", "card": "%s"}, "description": "%s",
                 "last_payment_error": {"type": "card_error", "decline_code": "%s", "message": "%s"}}}}""".formatted(UUID.randomUUID(), CARD, CARD, payment, CARD, CARD, CARD, CARD);
        String secret = services.payments().options().webhookSecret();
        String signature = StripeWebhooks.signature(secret, Instant.now().getEpochSecond(), event);

        Answer told = webhook("stripe", event, "Stripe-Signature", signature);
        webhook("stripe", event, "Stripe-Signature", CARD);
        webhook("paypal", event, "PAYPAL-TRANSMISSION-ID", CARD);

        assertThat(told.text("result")).isEqualTo("applied");
        await().atMost(PATIENCE)
                .until(() -> services.mail().received().stream()
                        .anyMatch(mail -> GreenMailUtil.getWholeMessage(mail).contains("payment of your order " + id)));
    }

    private static Answer webhook(String provider, String body, String header, String value) {
        return engine.as(null)
                .send(
                        "POST",
                        "/webhooks/" + provider + "?card=" + DIGITS,
                        body.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/json",
                        "X-Card",
                        CARD,
                        header,
                        value);
    }

    private static void tellByQueue() {
        String updates = site.environment().get("ENGINE_FULFILMENT_UPDATES_QUEUE");
        String update = "{\"fulfillment_id\": \"%s\", \"status\": \"shipped\", \"tracking\": \"%s\"}"
                .formatted(UUID.randomUUID(), CARD);
        try (SqsAsyncClient sqs = DevQueues.client(services.sqs())) {
            sqs.sendMessage(request -> request.queueUrl(updates).messageBody(update))
                    .join();
        }
        await().atMost(PATIENCE)
                .until(() -> read(updates + "-dlq").stream().anyMatch(body -> body.contains("shipped")));
    }

    private static List<String> tablesWithCards() {
        return site
                .texts(
                        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'")
                .stream()
                .filter(table -> site.number("SELECT count(*) FROM \"" + table
                                + "\" t WHERE translate(t::text, ' -', '') LIKE '%" + DIGITS + "%'")
                        > 0)
                .toList();
    }

    private static List<String> redis() {
        try (RedisAccess redis = new RedisAccess(services.redis())) {
            List<String> values = new ArrayList<>();
            redis.send("KEYS", "*").forEach(key -> {
                values.add(key.toString());
                values.add(new String(redis.dump(key.toString()), StandardCharsets.ISO_8859_1));
            });
            return values;
        }
    }

    private static List<String> messages() {
        List<String> bodies = new ArrayList<>();
        try (SqsAsyncClient sqs = DevQueues.client(services.sqs())) {
            sqs.listQueues(request -> request.queueNamePrefix(CardsIT.class.getSimpleName()))
                    .join()
                    .queueUrls()
                    .forEach(url -> bodies.addAll(read(url)));
        }
        assertThat(bodies).isNotEmpty();
        return bodies;
    }

    /** What is there now, with its attributes; it can be read again at once. */
    private static List<String> read(String queue) {
        try (SqsAsyncClient sqs = DevQueues.client(services.sqs())) {
            return sqs
                    .receiveMessage(request -> request.queueUrl(queue)
                            .maxNumberOfMessages(10)
                            .messageAttributeNames("All")
                            .visibilityTimeout(0))
                    .join()
                    .messages()
                    .stream()
                    .map(Message::toString)
                    .toList();
        }
    }

    private static String plain(String text) {
        return text.replaceAll("[ -]", "");
    }
}
