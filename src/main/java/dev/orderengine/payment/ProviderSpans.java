package dev.orderengine.payment;

import dev.orderengine.telemetry.Spans;
import io.opentelemetry.api.trace.Span;
import io.vertx.core.Future;
import java.util.UUID;
import java.util.function.Function;

/** Shows each call to a provider as a span of the trace that wanted it; it goes out in the name of that span. */
final class ProviderSpans {

    private final Spans spans;
    private final String provider;

    ProviderSpans(Spans spans, String provider) {
        this.spans = spans;
        this.provider = provider;
    }

    /** @param what is asked of the provider */
    <T extends ProviderAnswer> Future<T> of(String what, Payment payment, Function<Payment, Future<T>> call) {
        return spans.watched(
                provider + " " + what,
                payment.traceparent(),
                span -> describe(span, payment.orderId(), payment.id()),
                ProviderSpans::failure,
                span -> call.apply(payment.within(span)));
    }

    /** The same for a refund. */
    <T extends ProviderAnswer> Future<T> of(String what, Refund refund, Function<Refund, Future<T>> call) {
        return spans.watched(
                provider + " " + what,
                refund.traceparent(),
                span -> describe(span, refund.orderId(), refund.paymentId())
                        .setAttribute("refund_id", refund.id().toString()),
                ProviderSpans::failure,
                span -> call.apply(refund.within(span)));
    }

    private Span describe(Span span, UUID orderId, UUID paymentId) {
        return span.setAttribute("peer.service", provider)
                .setAttribute("order_id", orderId.toString())
                .setAttribute("payment_id", paymentId.toString());
    }

    private static String failure(ProviderAnswer answer) {
        return answer.isFault() || answer.isRefusal() ? answer.name() : null;
    }
}
