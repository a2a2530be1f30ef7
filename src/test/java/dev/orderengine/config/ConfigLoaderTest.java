package dev.orderengine.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.orderengine.config.EngineConfig.Capture;
import dev.orderengine.config.EngineConfig.Role;
import dev.orderengine.secrets.SecretStores;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigLoaderTest {

    private static final String TOKEN_KEYS = "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

    /** What has no default because no default would be safe. */
    private static final Map<String, String> SECRETS = Map.of(
            "ENGINE_DATABASE_PASSWORD", "db-s3cret",
            "ENGINE_PAYMENTS_TOKEN_KEYS", TOKEN_KEYS,
            "ENGINE_PAYMENTS_STRIPE_API_KEY", "sk-s3cret",
            "ENGINE_PAYMENTS_STRIPE_WEBHOOK_SECRET", "wh-s3cret",
            "ENGINE_AUTH_JWKS_URL", "https://id.example.com/keys",
            "ENGINE_AUTH_ISSUER", "https://id.example.com");

    @TempDir
    private Path directory;

    private final Map<String, String> environment = new HashMap<>(SECRETS);

    @Test
    void load_nothingButTheSecrets_usesTheDefaults() {
        EngineConfig config = load();

        assertThat(config.engine().roles()).containsExactlyInAnyOrder(Role.values());
        assertThat(config.http())
                .isEqualTo(new EngineConfig.Http(
                        "0.0.0.0",
                        8080,
                        8081,
                        1000,
                        5000,
                        Duration.ofSeconds(30),
                        Duration.ZERO,
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(75),
                        Set.of(),
                        new EngineConfig.Tls(null, null)));
        assertThat(config.database())
                .isEqualTo(new EngineConfig.Database(
                        "localhost",
                        5432,
                        "orders",
                        "orders",
                        new Secret("db-s3cret"),
                        null,
                        5432,
                        3,
                        2,
                        64,
                        Duration.ofMillis(1500),
                        EngineConfig.Encryption.OFF,
                        null,
                        null,
                        null));
        assertThat(config.redis())
                .isEqualTo(new EngineConfig.Redis(URI.create("redis://localhost:6379"), Duration.ofMillis(500), null));
        assertThat(config.sqs()).isEqualTo(new EngineConfig.Sqs(null, "us-east-1", "order-events"));
        assertThat(config.orders())
                .isEqualTo(new EngineConfig.Orders(
                        Duration.ofMinutes(30),
                        Duration.ofDays(7),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(1),
                        Duration.ofDays(1),
                        null,
                        null));
        assertThat(config.placement()).isEqualTo(new EngineConfig.Placement(200, 2, 2000));
        assertThat(config.payments())
                .isEqualTo(new EngineConfig.Payments(
                        Capture.AUTOMATIC,
                        128,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(1),
                        4,
                        new Secret(TOKEN_KEYS),
                        new EngineConfig.Stripe(
                                URI.create("https://api.stripe.com"),
                                new Secret("sk-s3cret"),
                                new Secret("wh-s3cret"),
                                Duration.ofDays(1)),
                        new EngineConfig.PayPal(
                                URI.create("https://api-m.paypal.com"), null, null, null, Duration.ofHours(6))));
        assertThat(config.outbox()).isEqualTo(new EngineConfig.Outbox(500, Duration.ofSeconds(1)));
        assertThat(config.auth().publicKeyFile()).isNull();
        assertThat(config.auth().audience()).isEqualTo("order-engine");
        assertThat(config.smtp())
                .isEqualTo(new EngineConfig.Smtp("localhost", 25, Duration.ofSeconds(10), "orders@localhost"));
        assertThat(config.rules().file()).isEqualTo(Path.of("conf/rules.yaml"));
        assertThat(config.fx().file()).isEqualTo(Path.of("conf/fx.yaml"));
        assertThat(config.tracing()).isEqualTo(new EngineConfig.Tracing(null, 0.1));
    }

    @Test
    void load_fileInTheWorkingDirectory_overridesTheDefaultsThatItNames() throws IOException {
        write("conf/application.yaml", "http:\n  port: 9000\nengine:\n  roles: [api, sweeper]\nsmtp:\n");

        EngineConfig config = load();

        assertThat(config.http().port()).isEqualTo(9000);
        assertThat(config.http().managementPort()).isEqualTo(8081);
        assertThat(config.engine().roles()).containsExactly(Role.API, Role.SWEEPER);
        assertThat(config.smtp().port()).isEqualTo(25);
    }

    @Test
    void load_environment_overridesTheFile() throws IOException {
        write("conf/application.yaml", "http:\n  port: 9000\n");
        environment.put("ENGINE_HTTP_PORT", "9100");
        environment.put("ENGINE_ENGINE_ROLES", "api, relay");
        environment.put("ENGINE_PAYMENTS_CAPTURE", "on_fulfilment");
        environment.put("ENGINE_TRACING_SAMPLE_RATIO", "1");
        environment.put("ENGINE_SQS_ENDPOINT", "");
        environment.put("PATH", "/bin");

        EngineConfig config = load();

        assertThat(config.http().port()).isEqualTo(9100);
        assertThat(config.engine().roles()).containsExactly(Role.API, Role.RELAY);
        assertThat(config.payments().capture()).isEqualTo(Capture.ON_FULFILMENT);
        assertThat(config.tracing().sampleRatio()).isEqualTo(1.0);
        assertThat(config.sqs().endpoint()).isNull();
    }

    @Test
    void load_fileNamedByVariable_isReadInsteadOfTheUsualOne() throws IOException {
        write("conf/application.yaml", "http:\n  port: 9000\n");
        write("other.yaml", "http:\n  management_port: 9001\n");
        environment.put("ENGINE_CONFIG", "other.yaml");

        EngineConfig config = load();

        assertThat(config.http().port()).isEqualTo(8080);
        assertThat(config.http().managementPort()).isEqualTo(9001);
    }

    @Test
    void load_fileWithCommentsOnly_changesNothing() throws IOException {
        write("conf/application.yaml", "# nothing yet\n");

        assertThat(load().http().port()).isEqualTo(8080);
    }

    @Test
    void load_emptyDocument_changesNothing() throws IOException {
        write("conf/application.yaml", "---\n");

        assertThat(load().http().port()).isEqualTo(8080);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ENGINE_HTTP_PORT | abc | http.port: found "abc"; allowed: a whole number
            ENGINE_HTTP_PORT | '' | http.port: found nothing; allowed: a whole number
            ENGINE_HTTP_PORT | 65536 | http.port: found 65536; allowed: a whole number, 0 to 65535
            ENGINE_HTTP_PORT | -1 | http.port: found -1; allowed: a whole number, 0 to 65535
            ENGINE_HTTP_PORT | 8081 | http.management_port: found 8081; allowed: another port than http.port
            ENGINE_HTTP_HOST | '' | http.host: found nothing; allowed: an address to listen at
            ENGINE_HTTP_DRAIN_TIMEOUT | PT19S | http.drain_timeout: found PT19S; allowed: a duration, PT0S to PT18S
            ENGINE_HTTP_DRAIN_DELAY | PT16S | http.drain_delay: found PT16S; allowed: a duration, PT0S to PT15S
            ENGINE_HTTP_DRAIN_TIMEOUT | 15 s | http.drain_timeout: found "15 s"; allowed: an ISO 8601 duration
            ENGINE_HTTP_DRAIN_TIMEOUT | '' | http.drain_timeout: found nothing; allowed: a duration
            ENGINE_TRACING_SAMPLE_RATIO | NaN | tracing.sample_ratio: found NaN; allowed: a number, 0.0 to 1.0
            ENGINE_TRACING_SAMPLE_RATIO | 1.01 | tracing.sample_ratio: found 1.01; allowed: a number, 0.0 to 1.0
            ENGINE_TRACING_SAMPLE_RATIO | -0.1 | tracing.sample_ratio: found -0.1; allowed: a number, 0.0 to 1.0
            ENGINE_TRACING_SAMPLE_RATIO | much | tracing.sample_ratio: found "much"; allowed: a number
            ENGINE_TRACING_ENDPOINT | collector:4318 | tracing.endpoint: found collector:4318; allowed: a URL with a host
            ENGINE_TRACING_ENDPOINT | http:/x | tracing.endpoint: found http:/x; allowed: a URL with a host
            ENGINE_ENGINE_ROLES | api,cook | engine.roles: found "api,cook"; allowed: one of api, payments
            ENGINE_ENGINE_ROLES | '' | engine.roles: found nothing; allowed: at least one role
            ENGINE_PAYMENTS_CAPTURE | later | payments.capture: found "later"; allowed: one of automatic, on_fulfilment
            ENGINE_REDIS_URL | http://x | redis.url: found http://x; allowed: a URL with a host, redis:// or rediss://
            ENGINE_DATABASE_PASSWORD | '' | database.password: found nothing; allowed: the password of database.user
            ENGINE_PAYMENTS_STRIPE_API_KEY | '' | payments.stripe.api_key: found nothing
            ENGINE_PAYMENTS_STRIPE_WEBHOOK_SECRET | '' | payments.stripe.webhook_secret: found nothing
            ENGINE_PAYMENTS_PAYPAL_CLIENT_ID | shop | payments.paypal.client_secret: found nothing
            ENGINE_AUTH_ISSUER | '' | auth.issuer: found nothing
            ENGINE_AUTH_AUDIENCE | '' | auth.audience: found nothing
            ENGINE_AUTH_JWKS_URL | '' | auth.jwks_url: found nothing; allowed: this or auth.public_key_file
            ENGINE_AUTH_PUBLIC_KEY_FILE | key.pem | auth.public_key_file: found auth.jwks_url as well; allowed: one of
            ENGINE_AUTH_ROLES_FILE | '' | auth.roles_file: found nothing; allowed: the path of a file
            ENGINE_DATABASE_WRITER_CONNECTIONS | 1 | database.writer_connections: found 1; allowed: at least placement.batches
            ENGINE_PLACEMENT_MAX_QUEUE | 100 | placement.max_queue: found 100; allowed: at least placement.max_batch, 200
            ENGINE_PAYMENTS_LEASE | PT5S | payments.lease: found PT5S; allowed: longer than payments.timeout, PT5S
            """)
    void load_wrongValue_isRefusedWithTheKeyWhatWasFoundAndWhatIsAllowed(String variable, String value, String says) {
        environment.put(variable, value);

        ConfigException refusal = refusal();

        assertThat(refusal.faults()).hasSize(1);
        assertThat(refusal).hasMessageContaining("1 fault:").hasMessageContaining(says);
    }

    @Test
    void load_wrongValueInTheFile_isNamedWithItsLine() throws IOException {
        write("conf/application.yaml", "http:\n  host: here\n  port: [1, 2]\n");

        assertThat(refusal().faults())
                .containsExactly(new ConfigFault("conf/application.yaml:3", "http.port", "[1, 2]", "a whole number"));
    }

    @Test
    void load_unknownKey_isRefusedAndTheNearestKnownOneNamed() throws IOException {
        write("conf/application.yaml", "database:\n  pasword: hunter2\nhtpp:\n  port: 1\n");

        ConfigException refusal = refusal();

        assertThat(refusal)
                .hasMessageContaining("conf/application.yaml:2: database.pasword: found an unknown key")
                .hasMessageContaining("did you mean database.password?")
                .hasMessageContaining("conf/application.yaml:4: htpp.port")
                .hasMessageContaining("did you mean http.port?")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void load_unknownVariable_isRefusedAndTheNearestKnownOneNamed() {
        environment.put("ENGINE_DATABASE_PASWORD", "hunter2");

        assertThat(refusal())
                .hasMessageContaining("ENGINE_DATABASE_PASWORD: found an unknown key")
                .hasMessageContaining("did you mean ENGINE_DATABASE_PASSWORD?")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void load_logLevels_areKnownAndChecked() {
        environment.put("ENGINE_LOG_LEVEL", "DEBUG");
        environment.put("ENGINE_LOG_LEVEL_LIBRARIES", "LOUD");

        assertThat(refusal().faults())
                .containsExactly(new ConfigFault(
                        "ENGINE_LOG_LEVEL_LIBRARIES",
                        "(log level)",
                        "\"LOUD\"",
                        "one of DEBUG, ERROR, INFO, OFF, TRACE, WARN"));
    }

    @Test
    void load_manyFaults_areAllNamedAtOnce() throws IOException {
        write("conf/application.yaml", "http:\n  port: x\n  max_in_flight: 0\nhttq: 1\noutbox:\n  batch: 0\n");
        environment.remove("ENGINE_DATABASE_PASSWORD");
        environment.put("ENGINE_NONSENSE", "1");

        assertThat(refusal().faults())
                .extracting(ConfigFault::key)
                .containsExactlyInAnyOrder(
                        "http.port",
                        "http.max_in_flight",
                        "httq",
                        "outbox.batch",
                        "database.password",
                        "ENGINE_NONSENSE");
    }

    @Test
    void load_valueWhereASectionBelongs_isRefused() throws IOException {
        write("conf/application.yaml", "http: 8080\n");

        assertThat(refusal()).hasMessageContaining("conf/application.yaml:1: http: found a value; allowed: a section");
    }

    @Test
    void load_sectionInAList_isRefused() throws IOException {
        write("conf/application.yaml", "engine:\n  roles: [api, {payments: true}, [relay]]\n");

        assertThat(refusal().faults())
                .hasSize(2)
                .allSatisfy(fault -> assertThat(fault.found()).isEqualTo("a list or section in a list"));
    }

    @Test
    void load_keyTwice_isRefused() throws IOException {
        write("conf/application.yaml", "http:\n  port: 1\n  port: 2\n");

        assertThat(refusal())
                .hasMessageContaining("conf/application.yaml:3: http.port: found it a second time")
                .hasMessageContaining("the first is at conf/application.yaml:2");
    }

    @Test
    void load_textThatIsNotYaml_isRefusedWithTheLineAndWithoutQuotingIt() throws IOException {
        write("conf/application.yaml", "database:\n  password: \"hunter2\n  host: [\n");

        assertThat(refusal())
                .hasMessageContaining("conf/application.yaml:")
                .hasMessageContaining("not YAML")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void load_listInsteadOfSections_isRefused() throws IOException {
        write("conf/application.yaml", "- http\n");

        assertThat(refusal()).hasMessageContaining("conf/application.yaml:1: (file): found no sections");
    }

    @Test
    void load_namedFileThatIsNotThere_isRefused() {
        environment.put("ENGINE_CONFIG", "absent.yaml");

        assertThat(refusal()).hasMessageContaining("absent.yaml: (file): found").hasMessageContaining("can be read");
    }

    @Test
    void load_roleWithoutApiAndPayments_needsNoneOfTheirSecrets() {
        environment.clear();
        environment.put("ENGINE_DATABASE_PASSWORD", "db-s3cret");
        environment.put("ENGINE_ENGINE_ROLES", "relay");

        assertThat(load().engine().roles()).containsExactly(Role.RELAY);
    }

    @Test
    void toString_wholeAndSections_maskSecretsAndShowTheRest() {
        environment.put("ENGINE_REDIS_URL", "rediss://user:red-s3cret@cache:6380/0?password=red-s3cret");

        EngineConfig config = load();
        String sections = "" + config.database() + config.redis() + config.payments()
                + config.payments().stripe();

        assertThat(config.toString() + sections).doesNotContain("s3cret");
        assertThat(config.toString())
                .contains("http.port=8080")
                .contains("database.password=***")
                .contains("payments.stripe.api_key=***")
                .contains("payments.stripe.webhook_secret=***")
                .contains("redis.url=rediss://***@cache:6380/0?***")
                .contains("sqs.endpoint= ")
                .doesNotContain("\n");
    }

    @Test
    void load_wrongUrlWithASecret_masksItInTheMessage() {
        environment.put("ENGINE_REDIS_URL", "http://:red-s3cret@cache");
        assertThat(refusal()).hasMessageContaining("http://***@cache").hasMessageNotContaining("s3cret");

        environment.put("ENGINE_REDIS_URL", "redis://:red-s3cret@ca che");
        assertThat(refusal()).hasMessageContaining("redis://***@ca che").hasMessageNotContaining("s3cret");
    }

    @Test
    void load_secretThatIsAList_isRefusedMasked() throws IOException {
        environment.remove("ENGINE_DATABASE_PASSWORD");
        write("conf/application.yaml", "database:\n  password: [hunter2]\n");

        assertThat(refusal())
                .hasMessageContaining("database.password: found ***; allowed: text")
                .hasMessageNotContaining("hunter2");
    }

    private EngineConfig load() {
        return ConfigLoader.load(directory, environment, SecretStores::open);
    }

    private ConfigException refusal() {
        return catchThrowableOfType(ConfigException.class, this::load);
    }

    private void write(String file, String content) throws IOException {
        Path path = directory.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, content);
    }
}
