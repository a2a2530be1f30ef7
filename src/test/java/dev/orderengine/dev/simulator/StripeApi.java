package dev.orderengine.dev.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Stripe's PaymentIntents and Refunds. */
final class StripeApi implements ProviderApi {

    private static final long SLOW_MS = 800;
    private static final long SETTLE_MS = 1_000;
    private static final long LARGEST_AMOUNT = 99_999_999;
    private static final int DEFAULT_LIMIT = 10;
    private static final int LARGEST_LIMIT = 100;
    private static final Set<String> CREATE_PARAMETERS = Set.of(
            "amount",
            "automatic_payment_methods",
            "capture_method",
            "confirm",
            "currency",
            "description",
            "error_on_requires_action",
            "expand",
            "metadata",
            "off_session",
            "payment_method",
            "payment_method_data",
            "payment_method_types",
            "receipt_email");

    private final Vertx vertx;
    private final Clock clock;
    private final String authorization;
    private final Faults faults;
    private final StripeLedger ledger;
    private final StripeWebhooks webhooks;
    private final IdempotencyKeys keys =
            new IdempotencyKeys(StripeErrors::idempotencyKeyReused, StripeErrors::idempotencyKeyInUse);

    StripeApi(Vertx vertx, Clock clock, String apiKey, Faults faults, StripeLedger ledger, StripeWebhooks webhooks) {
        this.vertx = vertx;
        this.clock = clock;
        this.authorization = "Bearer " + apiKey;
        this.faults = faults;
        this.ledger = ledger;
        this.webhooks = webhooks;
    }

    @Override
    public String name() {
        return "stripe";
    }

    @Override
    public boolean serves(String path) {
        return path.startsWith("/v1/payment_intents") || path.startsWith("/v1/refunds");
    }

    @Override
    public Reply failure(int status) {
        return StripeErrors.failure(status);
    }

    @Override
    public Future<Reply> handle(Call call) {
        if (!call.authorization().equals(authorization)) {
            return Future.succeededFuture(StripeErrors.invalidApiKey());
        }
        return call.method().equals("POST") ? keys.once(call, () -> write(call)) : Future.succeededFuture(read(call));
    }

    private Outcome write(Call call) {
        var path = call.segments();
        var kind = path.get(1);
        if (path.size() == 2) {
            return kind.equals("refunds") ? Outcome.of(refund(call)) : create(call);
        }
        if (kind.equals("payment_intents") && path.size() == 4) {
            return ledger.intentShelf()
                    .get(path.get(2))
                    .map(intent -> change(call, intent, path.get(3)))
                    .orElseGet(
                            () -> Outcome.refused(StripeErrors.noSuch(404, "payment_intent", path.get(2), "intent")));
        }
        return Outcome.refused(StripeErrors.unknownUrl(call));
    }

    private Outcome create(Call call) {
        var fault = faultInCreate(call);
        if (fault.isPresent()) {
            return Outcome.refused(fault.get());
        }
        Supplier<PaymentIntent> intent = () -> ledger.create(
                now(),
                Long.parseLong(call.parameters().get("amount")),
                call.parameters().get("currency"),
                token(call).orElse(""),
                call.parameter("capture_method").equals(Optional.of("manual")),
                metadata(call));
        return call.parameter("confirm").equals(Optional.of("true"))
                ? confirm(TestToken.named(token(call).orElse("")).orElseThrow(), intent)
                : Outcome.of(ok(intent.get()));
    }

    private Optional<Reply> faultInCreate(Call call) {
        var unknown = call.parameters().keySet().stream()
                .filter(name -> !CREATE_PARAMETERS.contains(name.replaceFirst("\\[.*", "")))
                .findFirst();
        if (unknown.isPresent()) {
            return unknown.map(StripeErrors::unknownParameter);
        }
        for (var required : List.of("amount", "currency")) {
            if (call.parameter(required).isEmpty()) {
                return Optional.of(StripeErrors.missing(required));
            }
        }
        return faultInAmount(call, "amount", LARGEST_AMOUNT).or(() -> faultInToken(call));
    }

    private static Optional<Reply> faultInAmount(Call call, String name, long largest) {
        var amount = call.parameters().get(name);
        if (!amount.matches("[0-9]{1,18}") || amount.matches("0+")) {
            return Optional.of(StripeErrors.invalid("parameter_invalid_integer", name, "Invalid positive integer"));
        }
        return Long.parseLong(amount) > largest
                ? Optional.of(StripeErrors.invalid("amount_too_large", name, "Amount must be no more than " + largest))
                : Optional.empty();
    }

    private static Optional<Reply> faultInToken(Call call) {
        var confirmed = call.parameter("confirm").equals(Optional.of("true"));
        var token = token(call);
        if (token.isEmpty()) {
            return confirmed ? Optional.of(StripeErrors.missing("payment_method")) : Optional.empty();
        }
        return TestToken.named(token.get()).isPresent()
                ? Optional.empty()
                : Optional.of(StripeErrors.noSuch(400, "PaymentMethod", token.get(), "payment_method"));
    }

    private Outcome change(Call call, PaymentIntent intent, String verb) {
        return switch (verb) {
            case "confirm" -> confirmLater(call, intent);
            case "capture" -> Outcome.of(capture(call, intent));
            case "cancel" -> Outcome.of(cancel(call, intent));
            default -> Outcome.refused(StripeErrors.unknownUrl(call));
        };
    }

    private Outcome confirmLater(Call call, PaymentIntent intent) {
        if (!intent.status().confirmable()) {
            return Outcome.of(StripeErrors.unexpectedState(intent, "confirmed"));
        }
        var name = token(call).orElse(intent.paymentMethod());
        return TestToken.named(name)
                .map(token -> confirm(token, () -> intent.withPaymentMethod(name)))
                .orElseGet(() -> Outcome.refused(StripeErrors.missing("payment_method")));
    }

    /** Leads to what the token stands for. The intent is made only where the provider would have got that far. */
    private Outcome confirm(TestToken token, Supplier<PaymentIntent> intent) {
        return switch (token.behaviour()) {
            case SUCCEED -> Outcome.of(ok(charge(intent.get())));
            case DECLINE ->
                Outcome.of(StripeErrors.cardDeclined(ledger.save(intent.get().declined(token.declineCode()))));
            case NEVER_ANSWER -> Outcome.nothing();
            case FAIL -> Outcome.of(StripeErrors.failure(500));
            case SUCCEED_LATE -> Outcome.later(after(SLOW_MS).map(done -> ok(charge(intent.get()))));
            case SETTLE_BY_WEBHOOK -> Outcome.of(ok(process(intent.get())));
            case SUCCEED_SILENTLY -> Outcome.unsaid(ok(charge(intent.get())));
        };
    }

    private PaymentIntent charge(PaymentIntent intent) {
        return ledger.save(intent.authorizedOrCharged());
    }

    private PaymentIntent process(PaymentIntent intent) {
        var processing = ledger.save(intent.processing());
        after(SETTLE_MS).onSuccess(done -> settle(processing));
        return processing;
    }

    private void settle(PaymentIntent processing) {
        var settled = charge(processing);
        var type = settled.manualCapture() ? "payment_intent.amount_capturable_updated" : "payment_intent.succeeded";
        webhooks.send(type, settled);
    }

    private Reply capture(Call call, PaymentIntent intent) {
        if (intent.status() != PaymentIntent.Status.requires_capture) {
            return StripeErrors.unexpectedState(intent, "captured");
        }
        return amountOr(call, "amount_to_capture", intent.amount(), amount -> ok(ledger.save(intent.captured(amount))));
    }

    private Reply cancel(Call call, PaymentIntent intent) {
        if (!intent.status().cancelable()) {
            return StripeErrors.unexpectedState(intent, "canceled");
        }
        return ok(ledger.save(
                intent.canceled(call.parameter("cancellation_reason").orElse(""))));
    }

    private Reply refund(Call call) {
        var id = call.parameter("payment_intent");
        if (id.isEmpty()) {
            return StripeErrors.missing("payment_intent");
        }
        return ledger.intentShelf()
                .get(id.get())
                .map(intent -> refund(call, intent))
                .orElseGet(() -> StripeErrors.noSuch(404, "payment_intent", id.get(), "payment_intent"));
    }

    private Reply refund(Call call, PaymentIntent intent) {
        if (intent.amountReceived() == 0) {
            return StripeErrors.invalid(
                    "",
                    "payment_intent",
                    "This PaymentIntent (" + intent.id() + ") does not have a successful charge to refund.");
        }
        if (intent.unrefunded() == 0) {
            return StripeErrors.invalid(
                    "charge_already_refunded",
                    "",
                    "Charge ch" + intent.id().substring(2) + " has already been refunded.");
        }
        return amountOr(call, "amount", intent.unrefunded(), amount -> {
            var refund = ledger.refund(
                    now(), intent, amount, call.parameter("reason").orElse(""), metadata(call));
            return Reply.ok(() -> StripeJson.refund(refund));
        });
    }

    private static Reply amountOr(Call call, String name, long whole, Function<Long, Reply> then) {
        if (call.parameter(name).isEmpty()) {
            return then.apply(whole);
        }
        return faultInAmount(call, name, whole)
                .orElseGet(() -> then.apply(Long.parseLong(call.parameters().get(name))));
    }

    private Reply read(Call call) {
        var path = call.segments();
        var intents = path.get(1).equals("payment_intents");
        if (path.size() == 2) {
            return intents
                    ? page(call, ledger.intentShelf(), intent -> true, StripeJson::intent)
                    : page(call, ledger.refundShelf(), refund -> isOf(call, refund), StripeJson::refund);
        }
        var id = path.get(2);
        if (intents && id.equals("search")) {
            return search(call);
        }
        return intents
                ? one(ledger.intentShelf(), "payment_intent", id, StripeJson::intent)
                : one(ledger.refundShelf(), "refund", id, StripeJson::refund);
    }

    private static boolean isOf(Call call, Refund refund) {
        return call.parameter("payment_intent")
                .map(refund.paymentIntent()::equals)
                .orElse(true);
    }

    private static <T> Reply one(
            Shelf<T> shelf, String kind, String id, Function<T, io.vertx.core.json.JsonObject> json) {
        return shelf.get(id)
                .map(found -> Reply.ok(() -> json.apply(found)))
                .orElseGet(() -> StripeErrors.noSuch(404, kind, id, "id"));
    }

    private static <T> Reply page(
            Call call,
            Shelf<T> shelf,
            java.util.function.Predicate<T> wanted,
            Function<T, io.vertx.core.json.JsonObject> json) {
        var limit = limit(call);
        var found = shelf.newestFirst(
                        call.parameter("created[gte]").map(Long::valueOf).orElse(0L),
                        call.parameter("created[lte]").map(Long::valueOf).orElse((long) Integer.MAX_VALUE),
                        call.parameter("starting_after"))
                .filter(wanted)
                .limit(limit + 1L)
                .toList();
        return Reply.ok(() -> StripeJson.list(call.path(), first(found, limit), found.size() > limit, json));
    }

    private Reply search(Call call) {
        var search = call.parameter("query").flatMap(StripeSearch::parse);
        if (search.isEmpty()) {
            return StripeErrors.invalid("", "query", "The query could not be parsed.");
        }
        var limit = limit(call);
        var found =
                skipTo(call, visible(search.get().in(ledger))).limit(limit + 1L).toList();
        return Reply.ok(() -> StripeJson.searchResult(first(found, limit), found.size() > limit));
    }

    private Stream<PaymentIntent> visible(Stream<PaymentIntent> found) {
        var indexedTo =
                clock.instant().minusMillis(faults.of(name()).searchLagMs()).getEpochSecond();
        return found.filter(intent -> intent.created() <= indexedTo);
    }

    private static Stream<PaymentIntent> skipTo(Call call, Stream<PaymentIntent> found) {
        return call.parameter("page")
                .map(last ->
                        found.dropWhile(intent -> !intent.id().equals(last)).skip(1))
                .orElse(found);
    }

    private static int limit(Call call) {
        return Math.min(call.parameter("limit").map(Integer::valueOf).orElse(DEFAULT_LIMIT), LARGEST_LIMIT);
    }

    private static <T> List<T> first(List<T> found, int limit) {
        return found.subList(0, Math.min(limit, found.size()));
    }

    /** Both forms that real clients use: a payment method's id, or a card token to make one of. */
    private static Optional<String> token(Call call) {
        return call.parameter("payment_method").or(() -> call.parameter("payment_method_data[card][token]"));
    }

    private static Map<String, String> metadata(Call call) {
        var metadata = new HashMap<String, String>();
        call.parameters().forEach((name, value) -> {
            if (name.startsWith("metadata[")) {
                metadata.put(name.substring("metadata[".length(), name.length() - 1), value);
            }
        });
        return Map.copyOf(metadata);
    }

    private static Reply ok(PaymentIntent intent) {
        return Reply.ok(() -> StripeJson.intent(intent));
    }

    private Future<Void> after(long milliseconds) {
        Promise<Void> elapsed = Promise.promise();
        vertx.setTimer(milliseconds, timer -> elapsed.complete());
        return elapsed.future();
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }
}
