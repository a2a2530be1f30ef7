package dev.orderengine.payment.stripe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.ChargeOutcome.Authorized;
import dev.orderengine.payment.ChargeOutcome.Captured;
import dev.orderengine.payment.ChargeOutcome.Declined;
import dev.orderengine.payment.ChargeOutcome.Pending;
import dev.orderengine.payment.ChargeOutcome.Rejected;
import dev.orderengine.payment.ChargeOutcome.Unavailable;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.LookUp;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What Stripe's answers mean (docs.stripe.com/api/errors). Reads the few fields that matter. */
final class StripeAnswers {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Duration AFTER_A_BAD_KEY = Duration.ofSeconds(30);
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

    /**
     * @param retryAfter the header of that name; null if absent
     * @return what became of a charge that was asked for
     */
    ChargeOutcome toCharge(int status, String retryAfter, byte[] body) {
        if (status == 200) {
            return this.<Intent>read(intents, body).map(StripeAnswers::outcome).orElse(new Unknown(MALFORMED, false));
        }
        if (status == 409) {
            return new Unknown("the same request is under way", false);
        }
        return noAnswer(status, retryAfter).orElseGet(() -> refusal(status, body));
    }

    /** @return what is known of the payment intent that was asked for by its id */
    LookUp toGet(int status, String retryAfter, byte[] body) {
        return status == 404 ? new LookUp.NotFound() : new LookUp.Found(toRead(status, retryAfter, body));
    }

    private ChargeOutcome toRead(int status, String retryAfter, byte[] body) {
        return status == 200 ? toCharge(status, retryAfter, body) : noLookUp(status, retryAfter);
    }

    /** @return what is known of the payment intents that were searched for */
    LookUp toSearch(int status, String retryAfter, byte[] body) {
        if (status != 200) {
            return new LookUp.Found(noLookUp(status, retryAfter));
        }
        return this.<Results>read(results, body)
                .map(StripeAnswers::firstOf)
                .orElse(new LookUp.Found(new Unknown(MALFORMED, false)));
    }

    private static LookUp firstOf(Results results) {
        return results.data().stream()
                .findFirst()
                .<LookUp>map(intent -> new LookUp.Found(outcome(intent)))
                .orElse(new LookUp.NotFound());
    }

    private static ChargeOutcome noLookUp(int status, String retryAfter) {
        return noAnswer(status, retryAfter).orElse(new Unknown("look-up answered with " + status, false));
    }

    /** The answers that say nothing of the charge itself; empty for those that do. */
    static Optional<ChargeOutcome> noAnswer(int status, String retryAfter) {
        if (status >= 500) {
            return Optional.of(new Unknown("status " + status, true));
        }
        return switch (status) {
            case 401, 403 -> Optional.of(new Unavailable("the API key is refused: " + status, AFTER_A_BAD_KEY));
            case 429 -> Optional.of(new Unavailable("too many requests", wait(retryAfter)));
            default -> Optional.empty();
        };
    }

    private static Duration wait(String retryAfter) {
        return Optional.ofNullable(retryAfter)
                .filter(seconds -> seconds.matches("[1-9][0-9]{0,4}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(RETRY_AFTER);
    }

    private ChargeOutcome refusal(int status, byte[] body) {
        Problem problem = this.<Failure>read(failures, body)
                .map(Failure::error)
                .filter(error -> error.type() != null)
                .orElse(Problem.NONE);
        return switch (problem.type()) {
            case "card_error" -> new Declined(problem.reason(), problem.ref());
            case "invalid_request_error" -> new Rejected(problem.reason());
            default -> new Unknown("status " + status + " " + problem.type(), false);
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

    private <T extends Checked> Optional<T> read(ObjectReader reader, byte[] body) {
        try {
            return Optional.ofNullable(reader.<T>readValue(body)).filter(Checked::isComplete);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
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
