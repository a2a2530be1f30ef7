package dev.orderengine.payment.webhook;

import dev.orderengine.bus.Address;
import dev.orderengine.bus.Bus;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;

/** Serves {@link #RECEIVE}. */
public final class WebhookVerticle extends VerticleBase {

    /** Where what providers tell is taken. */
    public static final Address<Delivery, Received> RECEIVE =
            new Address<>("payments.webhook", Delivery.class, Received.class);

    private final Bus bus;
    private final Webhooks webhooks;

    public WebhookVerticle(Bus bus, Webhooks webhooks) {
        this.bus = bus;
        this.webhooks = webhooks;
    }

    @Override
    public Future<?> start() {
        return bus.serve(RECEIVE, webhooks::receive);
    }
}
