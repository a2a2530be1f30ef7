package dev.orderengine.payment.stripe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.RefundOutcome;
import dev.orderengine.payment.RefundOutcome.Done;
import dev.orderengine.payment.RefundOutcome.NoAnswer;
import dev.orderengine.payment.RefundOutcome.NotFound;
import dev.orderengine.payment.RefundOutcome.Pending;
import dev.orderengine.payment.RefundOutcome.Refused;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What Stripe's answers mean for money that goes back (docs.stripe.com/refunds, docs.stripe.com/api/payment_intents/cancel). Reads the
 * few fields that matter.
 */
final class StripeRefunds {

    private static final NoAnswer MALFORMED = new NoAnswer(new Unknown("an answer that makes no sense", false));

    private final ObjectReader refunds;
    private final ObjectReader lists;
    private final ObjectReader intents;
    private final ObjectReader failures;

    StripeRefunds() {
        ObjectMapper json = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.refunds = json.readerFor(Given.class);
        this.lists = json.readerFor(Listed.class);
        this.intents = json.readerFor(Intent.class);
        this.failures = json.readerFor(Failure.class);
    }

    /** @return what became of a refund that was asked for, or is read by its id */
    RefundOutcome toRefund(ProviderReply reply) {
        if (reply.status() == 200) {
            return reply.<Given>read(refunds).map(StripeRefunds::outcome).orElse(MALFORMED);
        }
        return noAnswer(reply).orElseGet(() -> refusal(reply));
    }

    /** @return what is known of a refund among those of its payment */
    RefundOutcome toList(ProviderReply reply, String refundId) {
        if (reply.status() != 200) {
            return new NoAnswer(reply.noLookUp());
        }
        return reply.<Listed>read(lists)
                .filter(list -> list.data() != null)
                .map(list -> find(list, refundId))
                .orElse(MALFORMED);
    }

    private static RefundOutcome find(Listed list, String refundId) {
        return list.data().stream()
                .filter(refund -> refund.isOf(refundId))
                .findFirst()
                .map(StripeRefunds::outcome)
                .orElseGet(NotFound::new);
    }

    /** @return what became of a payment intent that was to be cancelled */
    RefundOutcome toCancel(ProviderReply reply) {
        if (reply.status() == 200) {
            return reply.<Intent>read(intents).map(StripeRefunds::cancelled).orElse(MALFORMED);
        }
        return noAnswer(reply).orElseGet(() -> cancelRefusal(reply));
    }

    /** @return what is known of a payment intent that was to be cancelled */
    RefundOutcome toIntent(ProviderReply reply) {
        if (reply.status() != 200) {
            return new NoAnswer(reply.noLookUp());
        }
        return reply.<Intent>read(intents).map(StripeRefunds::cancelled).orElse(MALFORMED);
    }

    private static RefundOutcome outcome(Given refund) {
        if (refund.id() == null || refund.status() == null) {
            return MALFORMED;
        }
        return switch (refund.status()) {
            case "succeeded" -> new Done(refund.id());
            case "pending", "requires_action" -> new Pending(refund.id());
            default -> new Refused(refund.failureReason() == null ? refund.status() : refund.failureReason());
        };
    }

    private static RefundOutcome cancelled(Intent intent) {
        if (intent.id() == null || intent.status() == null) {
            return MALFORMED;
        }
        return switch (intent.status()) {
            case "canceled" -> new Done(intent.id());
            case "requires_capture" -> new NotFound();
            default -> new Refused("intent_" + intent.status());
        };
    }

    /** A repeat of a cancellation is refused with the intent as it is. */
    private RefundOutcome cancelRefusal(ProviderReply reply) {
        return reply.<Failure>read(failures)
                .map(Failure::error)
                .map(Problem::intent)
                .map(StripeRefunds::cancelled)
                .filter(outcome -> !(outcome instanceof NotFound))
                .orElseGet(() -> refusal(reply));
    }

    private static Optional<RefundOutcome> noAnswer(ProviderReply reply) {
        if (reply.status() == 409) {
            return Optional.of(new NoAnswer(new Unknown("the same request is under way", false)));
        }
        return reply.noAnswer().map(NoAnswer::new);
    }

    private RefundOutcome refusal(ProviderReply reply) {
        return reply.<Failure>read(failures)
                .map(Failure::error)
                .filter(problem -> "invalid_request_error".equals(problem.type()))
                .<RefundOutcome>map(problem -> new Refused(problem.code() == null ? problem.type() : problem.code()))
                .orElseGet(() -> new NoAnswer(new Unknown("status " + reply.status(), false)));
    }

    private record Given(
            String id,
            String status,
            @JsonProperty("failure_reason") String failureReason,
            Map<String, String> metadata) {

        boolean isOf(String refundId) {
            return metadata != null && refundId.equals(metadata.get("refund_id"));
        }
    }

    private record Listed(List<Given> data) {}

    private record Intent(String id, String status) {}

    private record Failure(Problem error) {}

    private record Problem(
            String type,
            String code,
            @JsonProperty("payment_intent") Intent intent) {}
}
