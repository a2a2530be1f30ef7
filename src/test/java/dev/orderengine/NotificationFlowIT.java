package dev.orderengine;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.icegreen.greenmail.util.GreenMailUtil;
import dev.orderengine.config.ConfigLoader;
import dev.orderengine.dev.Services;
import dev.orderengine.secrets.SecretStores;
import dev.orderengine.support.Api;
import dev.orderengine.support.EventTap;
import dev.orderengine.support.OrderLife;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a customer gets by mail of his orders, from engines that do nothing but tell. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class NotificationFlowIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static Services services;
    private static RunningEngine engine;
    private static Engine one;
    private static Engine other;
    private static Api staff;
    private static OrderLife life;

    @BeforeAll
    static void start(Services shared) {
        services = shared;
        engine = RunningEngine.start(
                services, NotificationFlowIT.class, Map.of("ENGINE_ENGINE_ROLES", "api,payments,relay"));
        one = notifier();
        other = notifier();
        staff = engine.as("admin");
        life = new OrderLife(staff);
    }

    @AfterAll
    static void stop() {
        one.stop().await();
        other.stop().await();
        engine.close();
    }

    @Test
    void customer_isToldOfEachStepOnceAndOthersStillSeeAllEvents() {
        String sent = life.paid(order("tok_visa"));
        life.fulfil(sent, "{}");
        life.tell(life.parcels(sent).get(0), "shipped");
        String cancelled = life.paid(order("tok_visa"));
        staff.post("/orders/" + cancelled + "/cancel", "{\"reason\": \"secret note\"}");
        String declined = staff.place(order("tok_declined")).text("order_id");

        awaitMails(sent, "Your order " + sent, "Your order " + sent + " is on its way");
        awaitMails(
                cancelled,
                "Your order " + cancelled,
                "Your order " + cancelled + " was cancelled",
                "Your refund for the order " + cancelled);
        awaitMails(declined, "Your order " + declined, "The payment of your order " + declined + " failed");
        assertThat(services.mail().received().stream()
                        .map(NotificationFlowIT::content)
                        .filter(mail -> mail.contains("told@example.com")))
                .allSatisfy(mail -> assertThat(mail).doesNotContain("Secret", "secret note", "tok_"));
        assertThat(engine.texts("SELECT state FROM notifications")).hasSize(7).containsOnly("sent");
        try (EventTap tap = new EventTap(services.sqs(), engine.environment().get("ENGINE_SQS_EVENTS_QUEUE"))) {
            await("all events are in the public queue")
                    .atMost(PATIENCE)
                    .until(() -> tap.received().size() == engine.number("SELECT count(*) FROM order_events"));
        }
    }

    private static ObjectNode order(String token) {
        ObjectNode order = of("c-told", "sku-0021", 1);
        order.put("payment_token", token);
        order.put("shipping_address", "1 Secret Street");
        order.putObject("customer").put("email", "told@example.com").put("name", "Ann");
        return order;
    }

    private static void awaitMails(String order, String... subjects) {
        await("mails of " + order)
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(subjects(order)).containsExactlyInAnyOrder(subjects));
    }

    private static List<String> subjects(String order) {
        return services.mail().received().stream()
                .map(NotificationFlowIT::subject)
                .filter(subject -> subject.contains(order))
                .toList();
    }

    private static String subject(MimeMessage mail) {
        try {
            return mail.getSubject();
        } catch (MessagingException e) {
            throw new AssertionError(e);
        }
    }

    private static String content(MimeMessage mail) {
        return GreenMailUtil.getWholeMessage(mail);
    }

    /** One that has the role alone, as in a process of its own. */
    private static Engine notifier() {
        Map<String, String> environment = new HashMap<>(engine.environment());
        environment.put("ENGINE_ENGINE_ROLES", "notifications");
        return Engine.start(ConfigLoader.load(Path.of(""), environment, SecretStores::open), router -> {})
                .await();
    }
}
