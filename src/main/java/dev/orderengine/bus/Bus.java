package dev.orderengine.bus;

import dev.orderengine.telemetry.Spans;
import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import java.time.Duration;
import java.util.function.Function;

/**
 * Typed exchanges between the verticles of one JVM. A handler's fault reaches the asker as the exception that it was.
 * The bus bounds nothing: whoever serves an address bounds its own queue.
 */
public final class Bus {

    private final Spans spans;
    private final EventBus eventBus;
    private final DeliveryOptions delivery;

    /**
     * @param vertx whose event bus carries the messages; at most one {@code Bus} a Vert.x instance
     * @param timeout after which an unanswered question fails
     * @param spans show exchanges that belong to a trace
     */
    public Bus(Vertx vertx, Duration timeout, Spans spans) {
        this.spans = spans;
        this.eventBus = vertx.eventBus().registerCodec(new LocalCodec());
        this.delivery = new DeliveryOptions()
                .setLocalOnly(true)
                .setCodecName(LocalCodec.NAME)
                .setSendTimeout(timeout.toMillis());
    }

    /** Asks one of those who serve the address; the answer arrives on the caller's context. */
    public <Q extends BusMessage, R extends BusMessage> Future<R> ask(Address<Q, R> address, Q question) {
        return eventBus.<Answer>request(address.name(), question, delivery)
                .compose(message -> message.body().toFuture(address));
    }

    /**
     * The same within a trace.
     *
     * @param traceparent of the trace; null if there is none
     * @param question made with the {@code traceparent} that it is to go by
     */
    public <Q extends BusMessage, R extends BusMessage> Future<R> ask(
            Address<Q, R> address, String traceparent, Function<String, Q> question) {
        return spans.around(
                address.name(),
                SpanKind.INTERNAL,
                traceparent,
                span -> span.setAttribute("messaging.system", "vertx_event_bus"),
                own -> ask(address, question.apply(own)));
    }

    /** Serves an address on the current context; the future completes when the consumer is in place. */
    public <Q extends BusMessage, R extends BusMessage> Future<MessageConsumer<Q>> serve(
            Address<Q, R> address, Function<Q, Future<R>> handler) {
        MessageConsumer<Q> consumer = eventBus.localConsumer(address.name());
        consumer.handler(message -> answer(message, handler));
        return consumer.completion().map(consumer);
    }

    /** Wakes whoever listens at the address, if anyone does. */
    public void nudge(String address) {
        eventBus.publish(address, Nudge.NUDGE, delivery);
    }

    /** Calls the handler at each nudge, on the current context. */
    public Future<MessageConsumer<Nudge>> onNudge(String address, Runnable handler) {
        MessageConsumer<Nudge> consumer = eventBus.localConsumer(address);
        consumer.handler(message -> handler.run());
        return consumer.completion().map(consumer);
    }

    private <Q extends BusMessage, R extends BusMessage> void answer(
            Message<Q> message, Function<Q, Future<R>> handler) {
        Future.succeededFuture(message.body())
                .compose(handler)
                .onComplete(
                        reply -> message.reply(new Answer(reply, null), delivery),
                        fault -> message.reply(new Answer(null, fault), delivery));
    }

    /** Exactly one of the two is set. */
    private record Answer(BusMessage reply, Throwable fault) implements BusMessage {

        <R extends BusMessage> Future<R> toFuture(Address<?, R> address) {
            return fault == null ? Future.succeededFuture(address.reply().cast(reply)) : Future.failedFuture(fault);
        }
    }
}
