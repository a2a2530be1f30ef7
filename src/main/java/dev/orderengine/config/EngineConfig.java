package dev.orderengine.config;

import dev.orderengine.seal.SealKeys;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * All settings of an engine, validated on construction: a section checks the range of each value, the whole what several
 * values must be together. Names, defaults and explanations are in {@code conf/application.yaml};
 * a record is a section, a component a key in snake_case.
 */
public record EngineConfig(
        Roles engine,
        SecretSources secrets,
        Http http,
        Database database,
        Redis redis,
        Sqs sqs,
        Orders orders,
        Carts carts,
        Placement placement,
        Payments payments,
        Outbox outbox,
        Auth auth,
        RateLimits rateLimits,
        Audit audit,
        Smtp smtp,
        Notifications notifications,
        Fulfilment fulfilment,
        File rules,
        File fx,
        Tracing tracing) {

    private static final Duration TICK = Duration.ofMillis(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration HOUR = Duration.ofHours(1);
    /** Money of these orders may still move before. */
    private static final Duration MONTH = Duration.ofDays(31);

    private static final Duration YEAR = Duration.ofDays(366);
    private static final int CONNECTIONS = 500;
    private static final Pattern ORIGIN = Pattern.compile("https?://[A-Za-z0-9.-]+(:\\d{1,5})?");

    /** Checks what no section can see alone: what the roles need, and values that depend on each other. */
    public EngineConfig {
        boolean api = engine.roles().contains(Role.API);
        boolean charges = engine.roles().contains(Role.PAYMENTS);
        boolean twoKeySources = auth.jwksUrl() != null && auth.publicKeyFile() != null;
        boolean noKeySource = auth.jwksUrl() == null && auth.publicKeyFile() == null;
        new Check()
                .that(
                        http.port() == 0 || http.port() != http.managementPort(),
                        "http.managementPort",
                        String.valueOf(http.managementPort()),
                        "another port than http.port")
                .required("database.password", database.password(), "the password of database.user")
                .that(!twoKeySources, "auth.publicKeyFile", "auth.jwks_url as well", "one of the two")
                .that(!api || !noKeySource, "auth.jwksUrl", "nothing", "this or auth.public_key_file, for the role api")
                .that(!api || auth.issuer() != null, "auth.issuer", "nothing", "the tokens' \"iss\", for the role api")
                .that(
                        !api || auth.audience() != null,
                        "auth.audience",
                        "nothing",
                        "the tokens' \"aud\", for the role api")
                .that(
                        !(api || charges) || payments.tokenKeys() != null,
                        "payments.tokenKeys",
                        "nothing",
                        "for the roles api and payments: " + SealKeys.FORM)
                .that(
                        !charges || payments.stripe().apiKey() != null,
                        "payments.stripe.apiKey",
                        "nothing",
                        "Stripe's secret key, for the role payments")
                .that(
                        !api || payments.stripe().webhookSecret() != null,
                        "payments.stripe.webhookSecret",
                        "nothing",
                        "the signing secret of Stripe's webhook, for the role api")
                .that(
                        payments.paypal().clientId() == null
                                || payments.paypal().clientSecret() != null,
                        "payments.paypal.clientSecret",
                        "nothing",
                        "the secret of payments.paypal.client_id")
                .that(
                        database.writerConnections() >= placement.batchesInFlight(),
                        "database.writerConnections",
                        String.valueOf(database.writerConnections()),
                        "at least placement.batches_in_flight, " + placement.batchesInFlight())
                .that(
                        placement.maxQueue() >= placement.maxBatch(),
                        "placement.maxQueue",
                        String.valueOf(placement.maxQueue()),
                        "at least placement.max_batch, " + placement.maxBatch())
                .that(
                        payments.lease().compareTo(payments.timeout()) > 0,
                        "payments.lease",
                        payments.lease().toString(),
                        "longer than payments.timeout, " + payments.timeout())
                .done();
    }

    /** Every setting as {@code key=value}, in one line, secrets masked. */
    @Override
    public String toString() {
        return Masking.describe(this);
    }

    /** A part of the engine that a JVM may run alone. */
    public enum Role {
        API,
        PAYMENTS,
        RELAY,
        FULFILMENT,
        NOTIFICATIONS,
        SWEEPER
    }

    /**
     * @param roles what this JVM runs
     * @param backgroundDelay how far payments and events may fall behind to make way for requests in an overload
     * @param warmUp how long the engine may work for nobody before it is ready; zero for not at all
     */
    public record Roles(Set<Role> roles, Duration backgroundDelay, Duration warmUp) {

        /** At least one role. */
        public Roles {
            new Check()
                    .that(!roles.isEmpty(), "roles", "nothing", "at least one role")
                    .range("backgroundDelay", backgroundDelay, Duration.ZERO, MINUTE.multipliedBy(5))
                    .range("warmUp", warmUp, Duration.ZERO, MINUTE)
                    .done();
            roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
        }
    }

    /**
     * Where secrets are read beside the file and the environment, over both.
     *
     * @param directory with a file a secret; null for none
     * @param awsSecret name or ARN of a secret of AWS Secrets Manager; null for none
     * @param awsEndpoint null means the region's own
     * @param refresh between two looks for rotated secrets
     */
    public record SecretSources(Path directory, String awsSecret, String awsRegion, URI awsEndpoint, Duration refresh) {

        /** Ranges. */
        public SecretSources {
            new Check()
                    .required("awsRegion", awsRegion, "an AWS region")
                    .url("awsEndpoint", awsEndpoint, "http", "https")
                    .range("refresh", refresh, TICK, HOUR)
                    .done();
        }

        /** Whether there is any. */
        public boolean isOn() {
            return directory != null || awsSecret != null;
        }
    }

    /**
     * @param host address to listen at
     * @param port of the API; 0 takes a free one
     * @param managementPort of health and metrics
     * @param maxInFlight requests that may be at work at once; beyond it 503
     * @param maxStreams event streams that may be open at once; beyond it 503
     * @param streamPatience after which a stream whose client takes nothing is cut off
     * @param drainDelay how long a stop serves on while it says that it is not ready
     * @param drainTimeout how long a stop waits for what is in flight, the delay included
     * @param headerTimeout in which a connection's first request must be there, without its body
     * @param bodyTimeout in which a request's body must be there
     * @param idleTimeout after which a connection without a request is closed
     * @param corsOrigins whose pages may call; none switches CORS off
     */
    public record Http(
            String host,
            int port,
            int managementPort,
            int maxInFlight,
            int maxStreams,
            Duration streamPatience,
            Duration drainDelay,
            Duration drainTimeout,
            Duration headerTimeout,
            Duration bodyTimeout,
            Duration idleTimeout,
            Set<String> corsOrigins,
            Tls tls) {

        /** Ranges; a stop as a whole must fit into 20 s. */
        public Http {
            new Check()
                    .required("host", host, "an address to listen at")
                    .range("port", port, 0, 65_535)
                    .range("managementPort", managementPort, 0, 65_535)
                    .range("maxInFlight", maxInFlight, 1, 100_000)
                    .range("maxStreams", maxStreams, 0, 1_000_000)
                    .range("streamPatience", streamPatience, TICK, HOUR)
                    .range("drainTimeout", drainTimeout, Duration.ZERO, Duration.ofSeconds(18))
                    .range("drainDelay", drainDelay, Duration.ZERO, drainTimeout == null ? Duration.ZERO : drainTimeout)
                    .range("headerTimeout", headerTimeout, TICK, MINUTE)
                    .range("bodyTimeout", bodyTimeout, TICK, MINUTE.multipliedBy(5))
                    .range("idleTimeout", idleTimeout, TICK, HOUR)
                    .that(
                            corsOrigins.stream()
                                    .allMatch(origin -> ORIGIN.matcher(origin).matches()),
                            "corsOrigins",
                            String.valueOf(corsOrigins),
                            "origins such as https://shop.example.com")
                    .done();
        }

        /** The same on a free port of that host, in the clear. */
        public Http onLoopback(String loopback) {
            return new Http(
                    loopback,
                    0,
                    managementPort,
                    maxInFlight,
                    maxStreams,
                    streamPatience,
                    drainDelay,
                    drainTimeout,
                    headerTimeout,
                    bodyTimeout,
                    idleTimeout,
                    corsOrigins,
                    Tls.OFF);
        }
    }

    /**
     * TLS of the API's port; without both files it speaks none.
     *
     * @param certificateFile PEM, the certificate first, then what it was issued by; read again when it changes
     * @param keyFile PEM, PKCS 8
     */
    public record Tls(Path certificateFile, Path keyFile) {

        /** In the clear. */
        static final Tls OFF = new Tls(null, null);

        /** Both, or none. */
        public Tls {
            new Check()
                    .that(
                            (certificateFile == null) == (keyFile == null),
                            "keyFile",
                            String.valueOf(keyFile),
                            "a file if there is a certificate_file, else none")
                    .done();
        }

        /** Whether the port speaks TLS. */
        public boolean isOn() {
            return certificateFile != null;
        }
    }

    /**
     * @param replicaHost of a streaming replica that lists are read from; null if there is none
     * @param writerConnections that placement and other writing transactions use, without pipelining
     * @param readerConnections that reads use, pipelined
     * @param pipelining reads under way at once on a reader connection
     * @param timeout after which an unanswered statement or connection attempt is a failure
     * @param tls whether connections are encrypted
     * @param tlsCaFile PEM, whom a certificate must be issued by; null unless that is verified
     * @param migrationUser who owns the tables and changes their schema; null for {@code user}
     * @param migrationPassword of that user; null if there is none
     */
    public record Database(
            String host,
            int port,
            String name,
            String user,
            Secret password,
            String replicaHost,
            int replicaPort,
            int writerConnections,
            int readerConnections,
            int pipelining,
            Duration timeout,
            Encryption tls,
            Path tlsCaFile,
            String migrationUser,
            Secret migrationPassword) {

        /** Ranges; that there is a password is checked with the whole. */
        public Database {
            new Check()
                    .required("host", host, "a host")
                    .range("port", port, 1, 65_535)
                    .required("name", name, "the name of a database")
                    .required("user", user, "a database user")
                    .range("replicaPort", replicaPort, 1, 65_535)
                    .range("writerConnections", writerConnections, 1, CONNECTIONS)
                    .range("readerConnections", readerConnections, 1, CONNECTIONS)
                    .range("pipelining", pipelining, 1, 1_024)
                    .range("timeout", timeout, TICK, MINUTE)
                    .required("tls", tls, "off, require or verify")
                    .that(
                            (tls == Encryption.VERIFY) == (tlsCaFile != null),
                            "tlsCaFile",
                            String.valueOf(tlsCaFile),
                            "a file where tls is verify, else none")
                    .that(
                            (migrationUser == null) == (migrationPassword == null),
                            "migrationPassword",
                            migrationPassword == null ? "nothing" : "a password",
                            "the password of migration_user if there is one, else none")
                    .done();
        }

        @Override
        public String toString() {
            return Masking.describe(this);
        }
    }

    /** How far a server is trusted. */
    public enum Encryption {
        /** In the clear. */
        OFF,
        /** Encrypted, with whoever answers. */
        REQUIRE,
        /** Encrypted, with a server whose certificate is for its name and by a known issuer. */
        VERIFY
    }

    /**
     * @param url redis:// or rediss://
     * @param timeout after which an unanswered call has failed
     * @param tlsCaFile PEM, whom the certificate of a rediss:// must be issued by; null for those that the JVM knows
     */
    public record Redis(URI url, Duration timeout, Path tlsCaFile) {

        /** The URL must be there. */
        public Redis {
            new Check()
                    .required("url", url, "redis:// or rediss://")
                    .url("url", url, "redis", "rediss")
                    .range("timeout", timeout, TICK, MINUTE)
                    .done();
        }

        @Override
        public String toString() {
            return Masking.describe(this);
        }
    }

    /**
     * @param endpoint null means the region's own
     * @param eventsQueue name or URL of the queue that all events go to
     */
    public record Sqs(URI endpoint, String region, String eventsQueue) {

        /** All but the endpoint must be there. */
        public Sqs {
            new Check()
                    .url("endpoint", endpoint, "http", "https")
                    .required("region", region, "an AWS region")
                    .required("eventsQueue", eventsQueue, "the name or URL of a queue")
                    .done();
        }

        /** The name of the events queue: its URL ends in it. */
        public String eventsQueueName() {
            return eventsQueue.substring(eventsQueue.lastIndexOf('/') + 1);
        }
    }

    /**
     * @param paymentExpiry how long an order waits for its money
     * @param bankTransferExpiry the same for bank transfers
     * @param sweepInterval between two looks for expired orders
     * @param stockCheckInterval between two comparisons of the stock with its reservations
     * @param eventWindow how far back the stream of all orders' events can be taken up again
     * @param archiveAfter age of whole months of closed orders that leave the database; null for never
     * @param archiveFolder where they go
     */
    public record Orders(
            Duration paymentExpiry,
            Duration bankTransferExpiry,
            Duration sweepInterval,
            Duration stockCheckInterval,
            Duration eventWindow,
            Duration archiveAfter,
            Path archiveFolder) {

        /** Ranges. */
        public Orders {
            new Check()
                    .range("paymentExpiry", paymentExpiry, TICK, YEAR)
                    .range("bankTransferExpiry", bankTransferExpiry, TICK, YEAR)
                    .range("sweepInterval", sweepInterval, TICK, HOUR)
                    .range("stockCheckInterval", stockCheckInterval, TICK, HOUR.multipliedBy(24))
                    .range("eventWindow", eventWindow, TICK, YEAR)
                    .that(
                            archiveAfter == null || archiveAfter.compareTo(MONTH) >= 0,
                            "archiveAfter",
                            String.valueOf(archiveAfter),
                            "a duration of at least " + MONTH)
                    .that(
                            archiveAfter == null || archiveFolder != null,
                            "archiveFolder",
                            "nothing",
                            "the path of a folder, for orders.archive_after")
                    .done();
        }
    }

    /** @param expiry how long a cart is kept after its last change */
    public record Carts(Duration expiry) {

        /** A cart that was ordered and could not be removed must be gone before the key is forgotten that says so. */
        public Carts {
            new Check().range("expiry", expiry, TICK, Duration.ofHours(12)).done();
        }
    }

    /**
     * @param maxBatch orders in one transaction
     * @param batchesInFlight transactions at once
     * @param maxQueue orders waiting for the next transaction; beyond it 503
     */
    public record Placement(int maxBatch, int batchesInFlight, int maxQueue) {

        /** Ranges. */
        public Placement {
            new Check()
                    .range("maxBatch", maxBatch, 1, 1_000)
                    .range("batchesInFlight", batchesInFlight, 1, 32)
                    .range("maxQueue", maxQueue, 1, 100_000)
                    .done();
        }
    }

    /** When the money is taken. */
    public enum Capture {
        AUTOMATIC,
        ON_FULFILMENT
    }

    /**
     * @param concurrency calls at once to one provider
     * @param timeout after which a call to a provider has an unknown outcome
     * @param lease how long a claimed payment is left to whoever claimed it
     * @param pollInterval between two looks for due payments, when no nudge came
     * @param tokenKeys that payment tokens are encrypted with, as {@link SealKeys} reads them
     */
    public record Payments(
            Capture capture,
            int concurrency,
            Duration timeout,
            Duration lease,
            Duration pollInterval,
            int reconciliationHour,
            Secret tokenKeys,
            Stripe stripe,
            PayPal paypal) {

        /** Ranges. */
        public Payments {
            new Check()
                    .required("capture", capture, "automatic or on_fulfilment")
                    .range("concurrency", concurrency, 1, 10_000)
                    .range("timeout", timeout, TICK, MINUTE)
                    .range("lease", lease, TICK, HOUR)
                    .range("pollInterval", pollInterval, TICK, HOUR)
                    .range("reconciliationHour", reconciliationHour, 0, 23)
                    .that(tokenKeys == null || areKeys(tokenKeys), "tokenKeys", Masking.MASK, SealKeys.FORM)
                    .done();
        }

        private static boolean areKeys(Secret text) {
            try {
                SealKeys.parse(text.value());
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        @Override
        public String toString() {
            return Masking.describe(this);
        }
    }

    /** @param lookUpWindow how long the provider can tell what became of a payment; after it a person has to look */
    public record Stripe(URI baseUrl, Secret apiKey, Secret webhookSecret, Duration lookUpWindow) {

        /** Ranges; whether the secrets are needed depends on the roles. */
        public Stripe {
            new Check()
                    .required("baseUrl", baseUrl, "http:// or https://")
                    .url("baseUrl", baseUrl, "http", "https")
                    // After a day Stripe forgets idempotency keys: a repeat could charge again.
                    .range("lookUpWindow", lookUpWindow, TICK, Duration.ofHours(24))
                    .done();
        }

        @Override
        public String toString() {
            return Masking.describe(this);
        }
    }

    /**
     * @param clientId of the shop's REST application; null switches PayPal off
     * @param webhookId PayPal's name of our webhook, by which it says what it sent there; null refuses what comes there
     * @param lookUpWindow how long PayPal brings the first outcome to a repeated call; after it a person has to look
     */
    public record PayPal(URI baseUrl, String clientId, Secret clientSecret, String webhookId, Duration lookUpWindow) {

        /** Ranges; whether the secret is needed depends on the id. */
        public PayPal {
            new Check()
                    .required("baseUrl", baseUrl, "http:// or https://")
                    .url("baseUrl", baseUrl, "http", "https")
                    // PayPal keeps request ids for 6 hours, and for 72 by agreement.
                    .range("lookUpWindow", lookUpWindow, TICK, Duration.ofHours(72))
                    .done();
        }

        /** Whether there is an account to charge for. */
        public boolean isOn() {
            return clientId != null;
        }

        @Override
        public String toString() {
            return Masking.describe(this);
        }
    }

    /**
     * @param batch events read together
     * @param pollInterval between two looks, when no nudge came
     */
    public record Outbox(int batch, Duration pollInterval) {

        /** Ranges. */
        public Outbox {
            new Check()
                    .range("batch", batch, 1, 10_000)
                    .range("pollInterval", pollInterval, TICK, HOUR)
                    .done();
        }
    }

    /**
     * @param jwksUrl where the keys are published; null when a file is given
     * @param publicKeyFile PEM; null when a URL is given
     * @param rolesFile what each role of a token may do
     * @param clockSkew by how much the issuer's clock may differ from ours
     * @param jwksRefresh between two reads of the URL; a key that is withdrawn is taken for so long
     */
    public record Auth(
            URI jwksUrl,
            Path publicKeyFile,
            String issuer,
            String audience,
            Path rolesFile,
            Duration clockSkew,
            Duration jwksRefresh) {

        /** The URL's form; what must be there depends on the roles. */
        public Auth {
            new Check()
                    .url("jwksUrl", jwksUrl, "http", "https")
                    .required("rolesFile", rolesFile, "the path of a file")
                    .range("clockSkew", clockSkew, Duration.ZERO, MINUTE.multipliedBy(5))
                    .range("jwksRefresh", jwksRefresh, Duration.ofSeconds(1), HOUR)
                    .done();
        }
    }

    /**
     * How many requests a caller may make, by what they are.
     *
     * @param enabled whether there are limits at all
     * @param staff reads, writes and orders of callers who see all orders, together
     * @param reads of others, and so on
     * @param orders placing, checking out, validating
     * @param batches calls that place many orders
     * @param streams event streams that are opened
     */
    public record RateLimits(
            boolean enabled, Rate staff, Rate reads, Rate writes, Rate orders, Rate batches, Rate streams) {}

    /**
     * @param perSecond requests that come back
     * @param burst requests at once
     */
    public record Rate(double perSecond, int burst) {

        /** Ranges: at least one request in a quarter of an hour, for a bucket is not remembered for ever. */
        public Rate {
            new Check()
                    .range("perSecond", perSecond, 0.001, 1_000_000)
                    .range("burst", burst, 1, 1_000_000)
                    .done();
        }
    }

    /**
     * @param sealInterval between two looks for entries that are not sealed yet
     * @param anchorInterval between two notes of the chain's head
     * @param anchorFile where heads are noted, a line each; null for the log only
     */
    public record Audit(Duration sealInterval, Duration anchorInterval, Path anchorFile) {

        /** Ranges. */
        public Audit {
            new Check()
                    .range("sealInterval", sealInterval, TICK, HOUR)
                    .range("anchorInterval", anchorInterval, TICK, HOUR.multipliedBy(24))
                    .done();
        }
    }

    /**
     * The mail server.
     *
     * @param timeout after which a mail that it did not take counts as not sent
     * @param from the address that mails come from
     */
    public record Smtp(String host, int port, Duration timeout, String from) {

        /** Ranges. */
        public Smtp {
            new Check()
                    .required("host", host, "a host")
                    .range("port", port, 1, 65_535)
                    .range("timeout", timeout, TICK, Duration.ofSeconds(30))
                    .required("from", from, "the address that mails come from")
                    .done();
        }
    }

    /**
     * @param queue name or URL of the queue whose events customers are told of
     * @param perMinute mails that may leave in a minute, over all engines
     * @param instances engines that may send at once; while Redis is away each takes its share of {@code perMinute}
     */
    public record Notifications(String queue, int perMinute, int instances) {

        /** Ranges. */
        public Notifications {
            new Check()
                    .required("queue", queue, "the name or URL of a queue")
                    .range("perMinute", perMinute, 1, 1_000_000)
                    .range("instances", instances, 1, 1_000)
                    .done();
        }
    }

    /**
     * @param queuePrefix before the channel in the names of the queues that parcels are dispatched to
     * @param updatesQueue name or URL of the queue that tells what became of parcels
     */
    public record Fulfilment(String queuePrefix, String updatesQueue) {

        /** Both must be there. */
        public Fulfilment {
            new Check()
                    .required("queuePrefix", queuePrefix, "what the names of the channels' queues begin with")
                    .required("updatesQueue", updatesQueue, "the name or URL of a queue")
                    .done();
        }
    }

    /** @param file path of a file that is read again when it changes */
    public record File(Path file) {

        /** The path must be there. */
        public File {
            new Check().required("file", file, "the path of a file").done();
        }
    }

    /**
     * @param endpoint OTLP over HTTP; null switches tracing off
     * @param sampleRatio share of the requests that are traced, 0 to 1
     */
    public record Tracing(URI endpoint, double sampleRatio) {

        /** Ranges. */
        public Tracing {
            new Check()
                    .url("endpoint", endpoint, "http", "https")
                    .range("sampleRatio", sampleRatio, 0.0, 1.0)
                    .done();
        }
    }
}
