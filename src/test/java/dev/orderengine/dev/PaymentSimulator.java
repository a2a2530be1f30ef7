package dev.orderengine.dev;

import dev.orderengine.dev.simulator.Faults;
import dev.orderengine.dev.simulator.PayPalLedger;
import dev.orderengine.dev.simulator.PayPalTokens;
import dev.orderengine.dev.simulator.PayPalWebhooks;
import dev.orderengine.dev.simulator.SimulatorServer;
import dev.orderengine.dev.simulator.StripeLedger;
import dev.orderengine.dev.simulator.StripeWebhooks;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A server that speaks the needed part of Stripe's and PayPal's wire protocols, steered by payment tokens and by faults set at run
 * time. It runs on a Vert.x of its own, so that it lives and dies apart from the engine.
 */
public final class PaymentSimulator implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private final Vertx vertx;
    private final SimulatorServer server;
    private final Options options;

    private PaymentSimulator(Vertx vertx, SimulatorServer server, Options options) {
        this.vertx = vertx;
        this.server = server;
        this.options = options;
    }

    /**
     * Who is let in, and where events go.
     *
     * @param apiKey Stripe's secret key
     * @param webhookSecret Stripe's signing secret
     * @param clientId of PayPal's REST application
     * @param clientSecret the same
     * @param webhookId of PayPal's webhook
     * @param webhooks the receiver of events, if any: below it each provider has its own
     */
    public record Options(
            String apiKey,
            String webhookSecret,
            String clientId,
            String clientSecret,
            String webhookId,
            Optional<URI> webhooks) {

        /** Development keys, no webhooks. */
        public static Options defaults() {
            return new Options("sk_test_dev", "whsec_dev", "client_dev", "secret_dev", "WH-DEV", Optional.empty());
        }

        /** Where a provider's events go. */
        public Optional<URI> webhooksOf(String provider) {
            return webhooks.map(receiver -> URI.create(receiver + "/" + provider));
        }

        /** The same with events sent to a receiver. */
        public Options sendingTo(URI receiver) {
            return new Options(apiKey, webhookSecret, clientId, clientSecret, webhookId, Optional.of(receiver));
        }
    }

    /** Starts a simulator on the port, 0 for any free port, and returns when it serves. */
    public static PaymentSimulator start(int port, Options options) {
        var vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setPreferNativeTransport(true));
        var server = new SimulatorServer(vertx, Clock.systemUTC(), options);
        try {
            server.listen(HOST, port).await();
            return new PaymentSimulator(vertx, server, options);
        } catch (RuntimeException e) {
            vertx.close().await();
            throw e;
        }
    }

    /** Stripe's base address, without {@code /v1}. */
    public String stripeBaseUrl() {
        return "http://" + HOST + ":" + server.port();
    }

    /** PayPal's base address, without {@code /v2}. */
    public String paypalBaseUrl() {
        return stripeBaseUrl();
    }

    /** The keys in use. */
    public Options options() {
        return options;
    }

    /** The faults in force, to be changed at will: {@code faults().set("stripe", Fault.isDown())}. */
    public Faults faults() {
        return server.faults();
    }

    /** What Stripe holds: {@code stripe().charges(paymentId)}. */
    public StripeLedger stripe() {
        return server.stripe();
    }

    /** What PayPal holds: {@code paypal().charges(paymentId)}. */
    public PayPalLedger paypal() {
        return server.paypal();
    }

    /** Who may call PayPal: {@code paypalTokens().revokeAll()}. */
    public PayPalTokens paypalTokens() {
        return server.paypalTokens();
    }

    /** Refunds all that is left of a charge, as somebody does who works at Stripe's dashboard. */
    public void refundByHand(String intentId) {
        vertx.runOnContext(now -> server.stripe().refundByHand(intentId));
    }

    /** Stripe's outgoing events: {@code stripeWebhooks().sendTo(url)}. */
    public StripeWebhooks stripeWebhooks() {
        return server.webhooks();
    }

    /** PayPal's outgoing events: {@code paypalWebhooks().sendTo(url)}. */
    public PayPalWebhooks paypalWebhooks() {
        return server.paypalWebhooks();
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    /** Runs the simulator as a process of its own, on {@code DEV_SIMULATOR_PORT} (8089), until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        var port = Optional.ofNullable(System.getenv("DEV_SIMULATOR_PORT"))
                .map(Integer::valueOf)
                .orElse(8089);
        var options = Optional.ofNullable(System.getenv("DEV_WEBHOOK_URL"))
                .map(URI::create)
                .map(Options.defaults()::sendingTo)
                .orElse(Options.defaults());
        var simulator = start(port, options);
        System.out.println("Payment simulator on " + simulator.stripeBaseUrl());
        new CountDownLatch(1).await();
    }
}
