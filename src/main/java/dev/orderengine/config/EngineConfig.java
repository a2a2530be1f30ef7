package dev.orderengine.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * All settings of an engine, validated on construction. Names, defaults and explanations are in {@code conf/application.yaml};
 * a record is a section, a component a key in snake_case.
 */
public record EngineConfig(
        Roles engine,
        Http http,
        Database database,
        Redis redis,
        Sqs sqs,
        Orders orders,
        Placement placement,
        Payments payments,
        Outbox outbox,
        Auth auth,
        Smtp smtp,
        File rules,
        File fx,
        Tracing tracing) {

    /** A part of the engine that a JVM may run alone. */
    public enum Role {
        API,
        PAYMENTS,
        RELAY,
        FULFILMENT,
        NOTIFICATIONS,
        SWEEPER
    }

    /** @param roles what this JVM runs */
    public record Roles(Set<Role> roles) {}

    /**
     * @param host address to listen at
     * @param port of the API; 0 takes a free one
     * @param managementPort of health and metrics
     * @param maxInFlight requests that may be at work at once; beyond it 503
     * @param drainTimeout how long a stop waits for what is in flight
     */
    public record Http(String host, int port, int managementPort, int maxInFlight, Duration drainTimeout) {}

    /**
     * @param writerConnections that placement and other writing transactions use, without pipelining
     * @param readerConnections that reads use, pipelined
     * @param pipelining reads under way at once on a reader connection
     * @param timeout after which an unanswered statement or connection attempt is a failure
     */
    public record Database(
            String host,
            int port,
            String name,
            String user,
            String password,
            int writerConnections,
            int readerConnections,
            int pipelining,
            Duration timeout) {}

    /** @param url redis:// or rediss:// */
    public record Redis(URI url) {}

    /**
     * @param endpoint null means the region's own
     * @param eventsQueue name or URL of the queue that all events go to
     */
    public record Sqs(URI endpoint, String region, String eventsQueue) {}

    /**
     * @param paymentExpiry how long an order waits for its money
     * @param bankTransferExpiry the same for bank transfers
     * @param sweepInterval between two looks for expired orders
     */
    public record Orders(Duration paymentExpiry, Duration bankTransferExpiry, Duration sweepInterval) {}

    /**
     * @param maxBatch orders in one transaction
     * @param batchesInFlight transactions at once
     * @param maxQueue orders waiting for the next transaction; beyond it 503
     */
    public record Placement(int maxBatch, int batchesInFlight, int maxQueue) {}

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
     */
    public record Payments(
            Capture capture, int concurrency, Duration timeout, Duration lease, Duration pollInterval, Stripe stripe) {}

    /** @param lookUpWindow how long the provider can tell what became of a payment; after it a person has to look */
    public record Stripe(URI baseUrl, String apiKey, String webhookSecret, Duration lookUpWindow) {}

    /**
     * @param batch events read together
     * @param pollInterval between two looks, when no nudge came
     */
    public record Outbox(int batch, Duration pollInterval) {}

    /**
     * @param jwksUrl where the keys are published; null when a file is given
     * @param publicKeyFile PEM; null when a URL is given
     */
    public record Auth(URI jwksUrl, Path publicKeyFile, String issuer, String audience) {}

    /** The mail server. */
    public record Smtp(String host, int port) {}

    /** @param file path of a file that is read again when it changes */
    public record File(Path file) {}

    /**
     * @param endpoint OTLP over HTTP; null switches tracing off
     * @param sampleRatio share of the requests that are traced, 0 to 1
     */
    public record Tracing(URI endpoint, double sampleRatio) {}
}
