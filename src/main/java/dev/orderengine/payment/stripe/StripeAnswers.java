package dev.orderengine.payment.stripe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.ChargeOutcome.Authorized;
import dev.orderengine.payment.ChargeOutcome.Captured;
import dev.orderengine.payment.ChargeOutcome.Declined;
import dev.orderengine.payment.ChargeOutcome.Pending;
import dev.orderengine.payment.ChargeOutcome.Rejected;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.LookUp;
import dev.orderengine.payment.ProviderReply;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What Stripe's answers mean (docs.stripe.com/api/errors). Reads the few fields that matter. */
final class StripeAnswers {

    private static final String MALFORMED = "an answer that makes no sense";

    private final ObjectReader intents;
    private final ObjectReader results;
    private final ObjectReader failures;

    StripeAnswers() {
        ObjectMapper json = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.intents = json.readerFor(Intent.class);
        this.results = json.readerFor(Results.class);
        this.failures = json.readerFor(Failure.class);
    }

    /** @return what became of a charge that was asked for */
    ChargeOutcome toCharge(ProviderReply reply) {
        if (reply.status() == 200) {
            return this.<Intent>read(intents, reply).map(StripeAnswers::outcome).orElse(new Unknown(MALFORMED, false));
        }
        if (reply.status() == 409) {
            return new Unknown("the same request is under way", false);
        }
        return reply.noAnswer().orElseGet(() -> refusal(reply));
    }

    /** @return what became of what was to be captured; a repeat is refused with the intent as it is */
    ChargeOutcome toCapture(ProviderReply reply) {
        return this.<Failure>read(failures, reply)
                .map(Failure::error)
                .map(Problem::intent)
                .filter(Intent::isComplete)
                .map(StripeAnswers::outcome)
                .filter(outcome -> !(outcome instanceof Authorized))
                .orElseGet(() -> toCharge(reply));
    }

    /** @return what is known of the payment intent that was asked for by its id */
    LookUp toGet(ProviderReply reply) {
        return reply.status() == 404 ? new LookUp.NotFound() : new LookUp.Found(toRead(reply));
    }

    private ChargeOutcome toRead(ProviderReply reply) {
        return reply.status() == 200 ? toCharge(reply) : reply.noLookUp();
    }

    /** @return what is known of the payment intents that were searched for */
    LookUp toSearch(ProviderReply reply) {
        if (reply.status() != 200) {
            return new LookUp.Found(reply.noLookUp());
        }
        return this.<Results>read(results, reply)
                .map(StripeAnswers::firstOf)
                .orElse(new LookUp.Found(new Unknown(MALFORMED, false)));
    }

    private static LookUp firstOf(Results results) {
        return results.data().stream()
                .findFirst()
                .<LookUp>map(intent -> new LookUp.Found(outcome(intent)))
                .orElse(new LookUp.NotFound());
    }

    private ChargeOutcome refusal(ProviderReply reply) {
        Problem problem = this.<Failure>read(failures, reply)
                .map(Failure::error)
                .filter(error -> error.type() != null)
                .orElse(Problem.NONE);
        return switch (problem.type()) {
            case "card_error" -> new Declined(problem.reason(), problem.ref());
            case "invalid_request_error" -> new Rejected(problem.reason());
            default -> new Unknown("status " + reply.status() + " " + problem.type(), false);
        };
    }

    private static ChargeOutcome outcome(Intent intent) {
        return switch (intent.status()) {
            case "succeeded" -> new Captured(intent.id());
            case "requires_capture" -> new Authorized(intent.id());
            case "processing" -> new Pending(intent.id());
            case "requires_action", "canceled" -> new Declined(intent.reason(), intent.id());
            // Without an error no charge was tried yet, and one may be under way.
            case "requires_payment_method" ->
                intent.lastPaymentError() == null
                        ? new Pending(intent.id())
                        : new Declined(intent.reason(), intent.id());
            default -> new Unknown("status " + intent.status(), false);
        };
    }

    private <T extends Checked> Optional<T> read(ObjectReader reader, ProviderReply reply) {
        return reply.<T>read(reader).filter(Checked::isComplete);
    }

    /** An answer that may lack what it must have. */
    private interface Checked {
        boolean isComplete();
    }

    private record Intent(
            String id,
            String status,
            @JsonProperty("last_payment_error") Problem lastPaymentError) implements Checked {

        @Override
        public boolean isComplete() {
            return Stream.of(id, status).allMatch(java.util.Objects::nonNull);
        }

        String reason() {
            return lastPaymentError == null ? status : lastPaymentError.reason();
        }
    }

    private record Results(List<Intent> data) implements Checked {
        @Override
        public boolean isComplete() {
            return data != null && data.stream().allMatch(Intent::isComplete);
        }
    }

    private record Failure(Problem error) implements Checked {
        @Override
        public boolean isComplete() {
            return error != null;
        }
    }

    private record Problem(
            String type,
            String code,
            @JsonProperty("decline_code") String declineCode,
            @JsonProperty("payment_intent") Intent intent) {

        static final Problem NONE = new Problem("without an error that makes sense", null, null, null);

        String reason() {
            return Stream.of(declineCode, code, type)
                    .filter(java.util.Objects::nonNull)
                    .findFirst()
                    .orElse("unspecified");
        }

        String ref() {
            return intent == null ? null : intent.id();
        }
    }
}
