package dev.orderengine.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.config.ConfigException;
import dev.orderengine.config.ConfigLoader;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.SecretRefresh;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets of files, and of a server that speaks the protocol of AWS Secrets Manager. */
class SecretStoresTest {

    private static final String NAME = "/prod/order-system/order-system-secrets";
    private static final String KEYS = "2026-11:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    private static final long CREATED = 1_790_000_000L;

    @TempDir
    private Path folder;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final Map<String, String> environment = new HashMap<>(Map.of(
            "ENGINE_PAYMENTS_STRIPE_WEBHOOK_SECRET", "wh-of-environment",
            "ENGINE_AUTH_JWKS_URL", "https://id.example.com/keys",
            "ENGINE_AUTH_ISSUER", "https://id.example.com"));
    private final JsonObject held = new JsonObject()
            .put("ENGINE_DATABASE_PASSWORD", "db-first")
            .put("ENGINE_PAYMENTS_STRIPE_API_KEY", "sk-first")
            .put("ENGINE_PAYMENTS_TOKEN_KEYS", KEYS);
    private final Vertx vertx = Vertx.vertx();
    private HttpServer manager;
    private volatile String secretString;
    private volatile int status = 200;

    @BeforeEach
    void start() {
        System.setProperty("aws.accessKeyId", "test");
        System.setProperty("aws.secretAccessKey", "test");
        secretString = held.encode();
        manager = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await();
        environment.put("ENGINE_SECRETS_AWS_SECRET", NAME);
        environment.put("ENGINE_SECRETS_AWS_ENDPOINT", "http://127.0.0.1:" + manager.actualPort());
    }

    @AfterEach
    void stop() {
        vertx.close().await();
    }

    @Test
    void load_secretsOfTheManager_areThoseOfTheSettings() {
        EngineConfig config = load();

        assertThat(config.database().password().value()).isEqualTo("db-first");
        assertThat(config.payments().stripe().apiKey().value()).isEqualTo("sk-first");
        assertThat(config.payments().stripe().webhookSecret().value()).isEqualTo("wh-of-environment");
    }

    @Test
    void dump_ofTheConfiguration_showsNoSecret() {
        EngineConfig config = load();

        assertThat(config + " " + config.database() + config.payments()
                        + config.payments().stripe())
                .contains("database.password=***", "api_key=***", "token_keys=***")
                .doesNotContain("db-first", "sk-first", "wh-of", "AAEC");
        assertThat(SecretStores.open(config.secrets()).read().toString()).doesNotContain("db-first");
    }

    @Test
    void refresh_rotatedSecret_isInForceWithoutARestart() {
        EngineConfig config = load();
        SecretRefresh refresh = refresh(config);
        refresh.run();
        assertThat(outcomes("unchanged")).isEqualTo(1);

        secretString = held.put("ENGINE_DATABASE_PASSWORD", "db-second").encode();
        refresh.run();

        assertThat(config.database().password().value()).isEqualTo("db-second");
        assertThat(config.payments().stripe().apiKey().value()).isEqualTo("sk-first");
        assertThat(outcomes("changed")).isEqualTo(1);
        assertThat(metrics.get("secret.last.changed.timestamp")
                        .tag("secret", "ENGINE_DATABASE_PASSWORD")
                        .gauge()
                        .value())
                .isEqualTo(CREATED);
    }

    @Test
    void refresh_managerAway_leavesTheSecretsInForce() {
        EngineConfig config = load();
        status = 400;

        refresh(config).run();

        assertThat(config.database().password().value()).isEqualTo("db-first");
        assertThat(outcomes("failed")).isEqualTo(1);
    }

    @Test
    void refresh_whatIsNoJsonOrBlank_leavesTheSecretsInForce() {
        EngineConfig config = load();
        SecretRefresh refresh = refresh(config);
        secretString = "db-second";
        refresh.run();
        secretString = held.put("ENGINE_DATABASE_PASSWORD", " ").encode();
        refresh.run();

        assertThat(config.database().password().value()).isEqualTo("db-first");
        assertThat(outcomes("failed")).isEqualTo(1);
    }

    @Test
    void load_managerAway_isRefusedWithItsName() {
        status = 400;

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("secrets: (store)")
                .hasMessageContaining(NAME);
    }

    @Test
    void load_whatIsNoSecret_isRefusedWithoutItsValue() {
        secretString = held.put("ENGINE_DATABASE_HOST", "elsewhere")
                .put("ENGINE_DATABASE_PASWORD", "db-typo")
                .put("OTHERS", "are not ours")
                .encode();

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("ENGINE_DATABASE_HOST")
                .hasMessageContaining("ENGINE_DATABASE_PASWORD")
                .message()
                .doesNotContain("db-typo", "elsewhere", "OTHERS");
    }

    @Test
    void load_filesAsKubernetesMountsThem_areReadAndFollowed() throws IOException {
        environment.keySet().removeIf(variable -> variable.startsWith("ENGINE_SECRETS_AWS"));
        environment.put("ENGINE_SECRETS_DIRECTORY", folder.toString());
        mount("..first", "db-first");
        EngineConfig config = load();
        assertThat(config.database().password().value()).isEqualTo("db-first");

        mount("..second", "db-second");
        refresh(config).run();

        assertThat(config.database().password().value()).isEqualTo("db-second");
    }

    @Test
    void load_noKeysOfTokens_isRefusedSayingHowToMakeOne() {
        secretString = new JsonObject()
                .mergeIn(held)
                .put("ENGINE_PAYMENTS_TOKEN_KEYS", "")
                .encode();

        assertThatThrownBy(this::load)
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("payments.token_keys: found nothing")
                .hasMessageContaining("openssl rand -base64 32")
                .hasMessageContaining("ENGINE_PAYMENTS_TOKEN_KEYS");
    }

    /** Files in a folder of their own, behind a link that is replaced whole. */
    private void mount(String version, String password) throws IOException {
        Path data = Files.createDirectory(folder.resolve(version));
        Files.writeString(data.resolve("ENGINE_DATABASE_PASSWORD"), password + "\n");
        Files.writeString(data.resolve("ENGINE_PAYMENTS_STRIPE_API_KEY"), "sk-first");
        Files.writeString(data.resolve("ENGINE_PAYMENTS_TOKEN_KEYS"), KEYS);
        Files.deleteIfExists(folder.resolve("..data"));
        Files.createSymbolicLink(folder.resolve("..data"), data);
        for (String name : data.toFile().list()) {
            if (!Files.exists(folder.resolve(name))) {
                Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
            }
        }
    }

    private EngineConfig load() {
        return ConfigLoader.load(folder, environment, SecretStores::open);
    }

    private SecretRefresh refresh(EngineConfig config) {
        return new SecretRefresh(config, SecretStores.open(config.secrets()), metrics);
    }

    private double outcomes(String outcome) {
        return metrics.get("secrets.refreshes")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            boolean asked = "secretsmanager.GetSecretValue".equals(request.getHeader("X-Amz-Target"))
                    && NAME.equals(body.toJsonObject().getString("SecretId"));
            JsonObject answer = asked && status == 200
                    ? new JsonObject()
                            .put("ARN", "arn:aws:secretsmanager:us-east-1:0:secret:" + NAME)
                            .put("Name", NAME)
                            .put("CreatedDate", CREATED)
                            .put("SecretString", secretString)
                    : new JsonObject()
                            .put("__type", "ResourceNotFoundException")
                            .put("Message", "cannot be found");
            request.response()
                    .setStatusCode(asked ? status : 400)
                    .putHeader("Content-Type", "application/x-amz-json-1.1")
                    .end(answer.toBuffer());
        });
    }
}
