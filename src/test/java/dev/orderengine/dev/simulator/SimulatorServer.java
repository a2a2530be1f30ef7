package dev.orderengine.dev.simulator;

import dev.orderengine.dev.PaymentSimulator.Options;
import dev.orderengine.dev.simulator.Faults.Loss;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** The HTTP server of the simulator: applies the faults, then hands over to the provider. One event loop. */
public final class SimulatorServer {

    private final Vertx vertx;
    private final Faults faults = new Faults();
    private final StripeLedger stripe = new StripeLedger();
    private final StripeWebhooks webhooks;
    private final PayPalLedger paypal = new PayPalLedger();
    private final PayPalTokens paypalTokens;
    private final PayPalWebhooks paypalWebhooks;
    private final SimulatorControl control;
    private final List<ProviderApi> providers;
    private HttpServer server;
    private long requests;

    /** @param vertx with one event loop, closed by the caller */
    public SimulatorServer(Vertx vertx, Clock clock, Options options) {
        this.vertx = vertx;
        this.webhooks = new StripeWebhooks(
                new WebhookSender(vertx, options.webhooksOf("stripe")), clock, options.webhookSecret());
        this.paypalWebhooks =
                new PayPalWebhooks(new WebhookSender(vertx, options.webhooksOf("paypal")), clock, options.webhookId());
        this.paypalTokens = new PayPalTokens(clock, options.clientId(), options.clientSecret());
        this.control = new SimulatorControl(faults, stripe, paypal, webhooks, paypalWebhooks);
        this.providers = List.of(
                new StripeApi(vertx, clock, options.apiKey(), faults, stripe, webhooks),
                new PayPalApi(vertx, clock, paypalTokens, faults, paypal, paypalWebhooks));
    }

    /** Completes when the port (0 for any free one) is served. */
    public Future<SimulatorServer> listen(String host, int port) {
        var options = new HttpServerOptions().setHost(host).setPort(port).setTcpNoDelay(true);
        return vertx.createHttpServer(options)
                .requestHandler(this::receive)
                .listen()
                .map(listening -> {
                    server = listening;
                    return this;
                });
    }

    /** The port served. */
    public int port() {
        return server.actualPort();
    }

    /** The faults in force, to be changed at will. */
    public Faults faults() {
        return faults;
    }

    /** What Stripe holds. */
    public StripeLedger stripe() {
        return stripe;
    }

    /** What PayPal holds. */
    public PayPalLedger paypal() {
        return paypal;
    }

    /** Who may call PayPal. */
    public PayPalTokens paypalTokens() {
        return paypalTokens;
    }

    /** PayPal's outgoing events. */
    public PayPalWebhooks paypalWebhooks() {
        return paypalWebhooks;
    }

    /** Stripe's outgoing events. */
    public StripeWebhooks webhooks() {
        return webhooks;
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> route(request, body));
    }

    private void route(HttpServerRequest request, Buffer body) {
        if (control.serves(request.path())) {
            send(request, control.handle(request, body));
            return;
        }
        providers.stream()
                .filter(provider -> provider.serves(request.path()))
                .findFirst()
                .ifPresentOrElse(
                        provider -> underFaults(provider, request, body),
                        () -> send(request, StripeErrors.unknownUrl(Call.of(request, body))));
    }

    private void underFaults(ProviderApi provider, HttpServerRequest request, Buffer body) {
        var fault = faults.of(provider.name()).on(request.method());
        if (fault.loss() == Loss.CONNECTION) {
            request.connection().close();
        } else if (fault.loss() == Loss.CALL) {
            return;
        } else if (fault.latencyMs() > 0) {
            vertx.setTimer(fault.latencyMs(), timer -> carryOut(provider, fault, request, body));
        } else {
            carryOut(provider, fault, request, body);
        }
    }

    private void carryOut(ProviderApi provider, Faults.Fault fault, HttpServerRequest request, Buffer body) {
        if (fault.strikes(ThreadLocalRandom.current().nextDouble())) {
            send(request, provider.failure(fault.errorStatus()));
        } else {
            provider.handle(Call.of(request, body))
                    .recover(defect -> Future.succeededFuture(provider.failure(500)))
                    .onSuccess(reply -> answer(fault.loss(), request, reply));
        }
    }

    private void answer(Loss loss, HttpServerRequest request, Reply reply) {
        switch (loss) {
            case ANSWER -> {}
            case CONNECTION_AFTERWARDS -> request.connection().close();
            case SENSE ->
                request.response().putHeader("Content-Type", "text/html").end("<html>Oops</html>");
            default -> send(request, reply);
        }
    }

    private void send(HttpServerRequest request, Reply reply) {
        var response = request.response();
        if (response.closed()) {
            return;
        }
        response.setStatusCode(reply.status())
                .putHeader("Content-Type", "application/json")
                .putHeader("Request-Id", "req_" + Long.toString(++requests, 36));
        if (reply.status() == 429) {
            response.putHeader("Retry-After", "2");
        }
        if (reply.replayed()) {
            response.putHeader("Idempotent-Replayed", "true");
        }
        if (reply.status() == 204) {
            response.end();
        } else {
            response.end(reply.body().get().toBuffer());
        }
    }
}
