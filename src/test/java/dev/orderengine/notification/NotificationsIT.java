package dev.orderengine.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.dev.MailSink;
import dev.orderengine.dev.Services;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.notification.ScriptedSmtp.Mood;
import dev.orderengine.queue.Handled;
import dev.orderengine.queue.Message;
import dev.orderengine.redis.RedisCalls;
import dev.orderengine.support.RedisAccess;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestDatabase;
import dev.orderengine.telemetry.Spans;
import dev.orderengine.telemetry.TraceContext;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.mail.MailClient;
import io.vertx.ext.mail.MailConfig;
import io.vertx.sqlclient.Row;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Mails over real SMTP: to GreenMail, and to a server that refuses, hangs and drops. */
@ExtendWith(SharedServices.class)
@Timeout(60)
class NotificationsIT {

    private static final Instant NOW = Instant.parse("2026-11-24T05:00:00Z");

    private static final String PLACE = """
            INSERT INTO orders (id, customer_id, status, payment_status, fulfillment_status, version, currency, total_amount, items,
                                payment_method, shipping_address, decision, matched_rules, rules_version, fx_rate, created_at, updated_at)
            VALUES ($1, $2, $3, 'none', 'unfulfilled', 1, 'USD', 4000, '[{"product_id": "a", "quantity": 2, "unit_price": 2000}]',
                    'credit_card', '1 Secret Street', 'accept', '{}', '1', 1, now(), now())""";

    private static Vertx vertx;
    private static TestDatabase database;
    private static RedisCalls redis;
    private static MailSink sink;
    private static ScriptedSmtp scripted;
    private static Services services;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final NotificationFigures figures = new NotificationFigures(metrics);
    private Duration patience = Duration.ofSeconds(20);

    @BeforeAll
    static void open(Services shared) {
        services = shared;
        vertx = Vertx.vertx();
        database = new TestDatabase(services, vertx, NotificationsIT.class);
        redis = new RedisCalls(
                vertx,
                new EngineConfig.Redis(URI.create(services.redis().url()), Duration.ofSeconds(10), null),
                new SimpleMeterRegistry());
        sink = MailSink.start(0);
        scripted = new ScriptedSmtp(vertx);
    }

    @AfterAll
    static void close() {
        scripted.close();
        sink.close();
        redis.close().await();
        database.close();
        vertx.close().await();
    }

    @BeforeEach
    void empty() {
        database.query("TRUNCATE orders, order_events, notifications, customers");
        database.query("INSERT INTO customers (customer_id, email, name, locale, created_at, updated_at) VALUES"
                + " ('c-1', 'a@example.com', 'Ann', 'de-AT', now(), now()), ('c-2', NULL, 'Bob', 'en', now(), now())");
        sink.clear();
        scripted.mood = Mood.FINE;
        try (RedisAccess access = new RedisAccess(services.redis())) {
            access.send("DEL", "notifications:granted");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "order.placed, pending, Ihre Bestellung",
        "payment.failed, payment_failed, fehlgeschlagen",
        "fulfillment.shipped, fulfilled, unterwegs",
        "order.cancelled, cancelled, storniert",
        "payment.refunded, cancelled, Erstattung"
    })
    void event_ofEachKind_isMailedOnceInTheCustomersLanguageAndWithoutHisAddress(
            String type, String status, String words) throws Exception {
        UUID order = happened("c-1", status, type);

        tell(order, type);
        tell(order, type);
        run(toSink(), NOW);
        run(toSink(), NOW.plusSeconds(7_200));

        List<MimeMessage> mails = mailsOf(order);
        assertThat(mails).hasSize(1);
        assertThat(mails.get(0).getSubject()).contains(words);
        assertThat(mails.get(0).getAllRecipients()[0]).hasToString("a@example.com");
        assertThat(mails.get(0).getContentType()).startsWith("multipart/alternative");
        assertThat(new String(mails.get(0).getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("text/plain", "text/html", "Ann")
                .doesNotContain("Secret");
        assertThat(row(order).getString("state")).isEqualTo("sent");
        assertThat(row(order).toString()).doesNotContain("example.com", "Ann");
        assertThat(count(
                        "notifications.sent",
                        "kind",
                        Kind.ofEvent(type).orElseThrow().wire()))
                .isEqualTo(1);
    }

    @Test
    void event_toldToTwoEnginesAtOnce_isMailedOnce() {
        List<UUID> orders = IntStream.range(0, 30)
                .mapToObj(i -> happened("c-1", "pending", "order.placed"))
                .toList();
        NoticeIntake one = intake(NOW);
        NoticeIntake other = intake(NOW);
        Future.all(orders.stream()
                        .flatMap(order -> java.util.stream.Stream.of(
                                one.handle(message(order, "order.placed")),
                                other.handle(message(order, "order.placed"))))
                        .toList())
                .await();
        Notifications first = notifications(toSink(), NOW, 1_000);
        Notifications second = notifications(toSink(), NOW, 1_000);

        Future.all(first.run(), second.run()).await();

        assertThat(orders).allSatisfy(order -> assertThat(mailsOf(order)).hasSize(1));
        assertThat(count("notifications.noted", "result", "new")).isEqualTo(30);
        assertThat(count("notifications.noted", "result", "known")).isEqualTo(30);
    }

    @Test
    void mails_moreThanAreAllowedInAMinute_wait() {
        for (int i = 0; i < 8; i++) {
            tell(happened("c-1", "pending", "order.placed"), "order.placed");
        }

        notifications(toSink(), NOW, 5).run().await();
        notifications(toSink(), NOW, 5).run().await();

        assertThat(states()).containsExactlyInAnyOrderEntriesOf(Map.of("sent", 5L, "waiting", 3L));
        assertThat(sink.received()).hasSize(5);
        assertThat(metrics.get("notifications.throttled").counter().count()).isPositive();
        assertThat(metrics.get("notifications.due").gauge().value()).isEqualTo(3);
    }

    @Test
    void customerWithoutAddress_isToldNothing() {
        UUID order = happened("c-2", "pending", "order.placed");

        tell(order, "order.placed");
        run(toSink(), NOW);

        assertThat(states()).isEmpty();
        assertThat(count("notifications.skipped", "why", "no_address")).isEqualTo(1);
    }

    @Test
    void customerWhoseAddressWasErased_isToldNothing() {
        UUID order = happened("c-1", "pending", "order.placed");
        tell(order, "order.placed");
        database.query("UPDATE customers SET email = NULL");

        run(toSink(), NOW);

        assertThat(row(order).getString("state")).isEqualTo("skipped");
        assertThat(mailsOf(order)).isEmpty();
    }

    @Test
    void failedPayment_ofAnOrderThatIsPaidMeanwhile_isNotTold() {
        UUID order = happened("c-1", "paid", "payment.failed");

        tell(order, "payment.failed");
        run(toSink(), NOW);

        assertThat(row(order).getString("reason")).isEqualTo("obsolete");
        assertThat(mailsOf(order)).isEmpty();
    }

    @Test
    void news_ofLastWeek_isNone() {
        UUID order = happened("c-1", "pending", "order.placed");

        intake(NOW.plus(Duration.ofDays(8)))
                .handle(message(order, "order.placed"))
                .await();

        assertThat(states()).isEmpty();
        assertThat(count("notifications.skipped", "why", "stale")).isEqualTo(1);
    }

    @Test
    void message_thatIsNoEvent_isNeverUnderstood() {
        Message nonsense = new Message("m-1", "nonsense", Map.of(), 1, NOW, TraceContext.begin());

        assertThat(intake(NOW).handle(nonsense).await()).isInstanceOf(Handled.Never.class);
    }

    @Test
    void mailServer_thatIsAway_isTriedTenTimesAtGrowingIntervals() {
        UUID order = happened("c-1", "pending", "order.placed");
        tell(order, "order.placed");
        MailClient nobody = client(1);
        List<Duration> waits = new ArrayList<>();
        Instant now = NOW;

        for (int i = 1; i < 10; i++) {
            run(nobody, now);
            assertThat(row(order).getString("state")).isEqualTo("waiting");
            assertThat(row(order).getInteger("attempts")).isEqualTo(i);
            Instant next = row(order).getOffsetDateTime("next_at").toInstant();
            run(nobody, next.minusMillis(1));
            waits.add(Duration.between(now, next));
            now = next;
        }
        run(nobody, now);

        assertThat(waits).isSorted().startsWith(Duration.ofSeconds(5)).endsWith(Duration.ofHours(1));
        assertThat(row(order).getString("state")).isEqualTo("dead");
        assertThat(row(order).getString("reason")).contains("refused");
        assertThat(count("notifications.given.up", "kind", "order_placed")).isEqualTo(1);
        run(toSink(), now.plusSeconds(7_200));
        assertThat(mailsOf(order)).isEmpty();
        assertThat(metrics.get("notifications.dead").gauge().value()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.INCLUDE,
            names = {"TURNS_ALL_AWAY", "IS_BUSY", "DROPS_AT_THE_GREETING"})
    void mailServer_thatCertainlyTookNothing_isTriedAgain(Mood mood) {
        UUID order = happened("c-1", "pending", "order.placed");
        tell(order, "order.placed");
        scripted.mood = mood;
        run(client(scripted.port()), NOW);
        assertThat(row(order).getString("state")).isEqualTo("waiting");

        scripted.mood = Mood.FINE;
        run(client(scripted.port()), NOW.plusSeconds(60));

        assertThat(row(order).getString("state")).isEqualTo("sent");
        assertThat(taken(order)).hasSize(1);
    }

    @Test
    void mailServer_thatAnswersTooLate_getsNothingOfTheMailThatIsTriedAgain() {
        UUID order = happened("c-1", "pending", "order.placed");
        tell(order, "order.placed");
        scripted.mood = Mood.SILENT;
        patience = Duration.ofMillis(500);
        run(client(scripted.port()), NOW);
        assertThat(row(order).getString("state")).isEqualTo("waiting");
        assertThat(row(order).getString("reason")).contains("Timeout");

        scripted.mood = Mood.FINE;
        patience = Duration.ofSeconds(20);
        scripted.greetLate();
        run(client(scripted.port()), NOW.plusSeconds(60));

        await().during(Duration.ofMillis(200)).until(() -> taken(order).size() == 1);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.INCLUDE,
            names = {"DROPS_AFTER_THE_MAIL", "HANGS_AFTER_THE_MAIL"})
    void mailServer_thatMayHaveTakenIt_getsItNoSecondTime(Mood mood) {
        UUID order = happened("c-1", "pending", "order.placed");
        tell(order, "order.placed");
        scripted.mood = mood;
        patience = mood == Mood.HANGS_AFTER_THE_MAIL ? Duration.ofSeconds(2) : patience;
        run(client(scripted.port()), NOW);

        scripted.mood = Mood.FINE;
        run(client(scripted.port()), NOW.plusSeconds(7_200));

        assertThat(taken(order)).hasSize(1);
        assertThat(row(order).getString("state")).isEqualTo("dead");
        assertThat(row(order).getString("reason")).contains("may have been sent");
        assertThat(row(order).getBoolean("in_doubt")).isTrue();
        assertThat(count("notifications.failed", "why", "doubtful")).isEqualTo(1);
    }

    @Test
    void recipient_thatTheServerDoesNotKnow_isGivenUpAtOnceAndNotNamed() {
        UUID order = happened("c-1", "pending", "order.placed");
        tell(order, "order.placed");
        scripted.mood = Mood.REFUSES_THE_RECIPIENT;

        run(client(scripted.port()), NOW);

        assertThat(row(order).getString("state")).isEqualTo("dead");
        assertThat(row(order).getString("reason")).contains("is unknown here").doesNotContain("example.com");
    }

    @Test
    void engine_thatEndedWhileItMailed_leavesAMailThatIsNotSentAgain() {
        UUID order = happened("c-1", "pending", "order.placed");
        tell(order, "order.placed");
        database.query(
                "UPDATE notifications SET state = 'sending', attempts = 1, next_at = $1",
                NOW.plusSeconds(60).atOffset(ZoneOffset.UTC));

        run(toSink(), NOW.plusSeconds(59));
        assertThat(row(order).getString("state")).as("it may be at work still").isEqualTo("sending");
        run(toSink(), NOW.plusSeconds(61));

        assertThat(row(order).getString("state")).isEqualTo("dead");
        assertThat(row(order).getString("reason")).contains("interrupted");
        assertThat(row(order).getBoolean("in_doubt")).isTrue();
        assertThat(mailsOf(order)).isEmpty();
        assertThat(metrics.get("notifications.interrupted").counter().count()).isEqualTo(1);
    }

    @Test
    void forget_afterAMonth_leavesWhatIsStillToBeDone() {
        tell(happened("c-1", "pending", "order.placed"), "order.placed");
        run(toSink(), NOW);
        tell(happened("c-1", "pending", "order.placed"), "order.placed");
        Instant later = NOW.plus(Duration.ofDays(30));

        notifications(toSink(), later, 5).forget().await();
        assertThat(states()).containsEntry("sent", 1L);
        notifications(toSink(), later.plusSeconds(1), 5).forget().await();

        assertThat(states()).containsOnlyKeys("waiting");
    }

    private static UUID happened(String customer, String status, String type) {
        UUID order = UUID.randomUUID();
        database.query(PLACE, order, customer, status);
        database.query(
                "INSERT INTO order_events VALUES ($1, 1, $2, '{\"amount\": \"40.00\", \"reason\": \"x\"}', 'test', now())",
                order,
                type);
        return order;
    }

    private void tell(UUID order, String type) {
        assertThat(intake(NOW).handle(message(order, type)).await()).isInstanceOf(Handled.Done.class);
    }

    private NoticeIntake intake(Instant now) {
        return new NoticeIntake(
                database.pools().writers(),
                JsonMapping.create(),
                Clock.fixed(now, ZoneOffset.UTC),
                figures,
                metrics,
                Spans.off());
    }

    private static Message message(UUID order, String type) {
        String body = "{\"type\": \"%s\", \"subject\": \"%s\", \"sequence\": 1, \"time\": \"%s\", \"data\": {}}"
                .formatted(type, order, NOW);
        return new Message(UUID.randomUUID().toString(), body, Map.of(), 1, NOW, TraceContext.begin());
    }

    private void run(MailClient client, Instant now) {
        notifications(client, now, 1_000).run().await();
    }

    private Notifications notifications(MailClient client, Instant now, int perMinute) {
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        return new Notifications(
                database.pools().writers(),
                new Throttle(redis, perMinute, 4, Duration.ofHours(1), clock, metrics),
                new Mailer(client, "orders@example.com", patience),
                JsonMapping.create(),
                clock,
                figures,
                Spans.off());
    }

    private MailClient toSink() {
        return client(sink.port());
    }

    private static MailClient client(int port) {
        return MailClient.create(
                vertx, new MailConfig().setHostname("127.0.0.1").setPort(port).setKeepAlive(false));
    }

    private static Row row(UUID order) {
        return database.query("SELECT * FROM notifications WHERE order_id = $1", order)
                .get(0);
    }

    private static Map<String, Long> states() {
        Map<String, Long> states = new java.util.HashMap<>();
        database.query("SELECT state, count(*) FROM notifications GROUP BY state")
                .forEach(row -> states.put(row.getString(0), row.getLong(1)));
        return states;
    }

    private static List<MimeMessage> mailsOf(UUID order) {
        return sink.received().stream().filter(mail -> names(mail, order)).toList();
    }

    private static boolean names(MimeMessage mail, UUID order) {
        try {
            return mail.getSubject().contains(order.toString());
        } catch (jakarta.mail.MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> taken(UUID order) {
        return scripted.taken().stream()
                .filter(mail -> mail.contains(order.toString()))
                .toList();
    }

    private double count(String counter, String tag, String value) {
        return metrics.get(counter).tag(tag, value).counter().count();
    }
}
