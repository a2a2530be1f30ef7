package dev.orderengine;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.ConfigLoader;
import dev.orderengine.dev.Services;
import dev.orderengine.dev.simulator.StripeWebhooks;
import dev.orderengine.secrets.SecretStores;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that are rotated under an engine at work. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class SecretRotationIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path secrets;

    private RunningEngine site;
    private Engine engine;
    private Api api;

    /** The engine of the site makes the database; the other reaches it by a role whose password Postgres really asks for. */
    @BeforeEach
    void start(Services services) throws IOException {
        site = RunningEngine.start(services, SecretRotationIT.class, RunningEngine.API_ONLY);
        Path rules = Path.of(site.text("SHOW hba_file"));
        Assumptions.assumeTrue(Files.isWritable(rules), "a server on this machine");
        if (!Files.readString(rules).contains("rotating")) {
            Files.writeString(rules, "host all rotating 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
        }
        site.text("SELECT pg_reload_conf()");
        site.change("CREATE ROLE rotating LOGIN SUPERUSER PASSWORD 'first'");
        secret("ENGINE_DATABASE_PASSWORD", "first");
        secret("ENGINE_PAYMENTS_STRIPE_WEBHOOK_SECRET", "whsec_first");
        Map<String, String> environment = new HashMap<>(site.environment());
        environment.remove("ENGINE_DATABASE_PASSWORD");
        environment.put("ENGINE_DATABASE_USER", "rotating");
        environment.put("ENGINE_SECRETS_DIRECTORY", secrets.toString());
        environment.put("ENGINE_SECRETS_REFRESH", "PT0.1S");
        engine = Engine.start(ConfigLoader.load(Path.of(""), environment, SecretStores::open), router -> {})
                .await();
        api = new Api(
                HttpClient.newHttpClient(),
                URI.create("http://127.0.0.1:" + engine.port()),
                site.tokens().token("service"));
    }

    @AfterEach
    void stop() {
        if (engine != null) {
            engine.stop().await();
            site.change("DROP OWNED BY rotating");
            site.change("DROP ROLE rotating");
        }
        site.close();
    }

    @Test
    void databasePassword_rotated_isUsedForNewConnections() throws IOException {
        assertThat(place()).isEqualTo(201);

        site.change("ALTER ROLE rotating PASSWORD 'second'");
        site.texts("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'rotating'");
        await().atMost(PATIENCE).until(() -> place() != 201);
        secret("ENGINE_DATABASE_PASSWORD", "second");

        await().atMost(PATIENCE).until(() -> place() == 201);
        await("the listener for changes of the catalogue")
                .atMost(PATIENCE)
                .until(() -> site.number(
                                "SELECT count(*) FROM pg_stat_activity WHERE usename = 'rotating' AND query ILIKE 'LISTEN%'")
                        > 0);
    }

    @Test
    void webhookSecret_rotated_isThatOfTheNextDelivery() throws IOException {
        assertThat(webhook("whsec_first")).isEqualTo(200);
        assertThat(webhook("whsec_second")).isEqualTo(400);

        secret("ENGINE_PAYMENTS_STRIPE_WEBHOOK_SECRET", "whsec_second");

        await().atMost(PATIENCE).until(() -> webhook("whsec_second") == 200);
        assertThat(webhook("whsec_first")).isEqualTo(400);
    }

    private int place() {
        return api.place(
                        of("c-1", "sku-0001", 1),
                        "Idempotency-Key",
                        UUID.randomUUID().toString())
                .status();
    }

    private int webhook(String secret) {
        String event =
                "{\"id\": \"evt_" + UUID.randomUUID() + "\", \"type\": \"payout.paid\", \"data\": {\"object\": {}}}";
        return api.send(
                        "POST",
                        "/webhooks/stripe",
                        event.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/json",
                        "Stripe-Signature",
                        StripeWebhooks.signature(secret, Instant.now().getEpochSecond(), event))
                .status();
    }

    private void secret(String variable, String value) throws IOException {
        Path next = Files.writeString(secrets.resolve("next"), value);
        Files.move(next, secrets.resolve(variable), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
