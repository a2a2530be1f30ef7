package dev.orderengine.dev.simulator;

import dev.orderengine.dev.simulator.PayPalTransfer.Kind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** PayPal's Orders and Payments, its transaction search, and its tokens. */
final class PayPalApi implements ProviderApi {

    private static final long SLOW_MS = 800;
    private static final long SETTLE_MS = 1_000;
    private static final int LARGEST_PAGE = 500;
    private static final int LARGEST_RESULT = 10_000;
    private static final Set<String> WHOLE = Set.of("HUF", "JPY", "TWD");
    private static final Set<String> CURRENCIES = Set.of(
            "AUD", "BRL", "CAD", "CHF", "CNY", "CZK", "DKK", "EUR", "GBP", "HKD", "HUF", "ILS", "JPY", "MXN", "MYR",
            "NOK", "NZD", "PHP", "PLN", "SEK", "SGD", "THB", "TWD", "USD");
    private static final List<String> SERVED =
            List.of("/v1/oauth2/", "/v1/reporting/", "/v1/notifications/", "/v2/checkout/", "/v2/payments/");

    private final Vertx vertx;
    private final Clock clock;
    private final PayPalTokens tokens;
    private final Faults faults;
    private final PayPalLedger ledger;
    private final PayPalWebhooks webhooks;
    private final IdempotencyKeys keys =
            new IdempotencyKeys(PayPalErrors::requestIdReused, PayPalErrors::requestInProgress);

    PayPalApi(
            Vertx vertx,
            Clock clock,
            PayPalTokens tokens,
            Faults faults,
            PayPalLedger ledger,
            PayPalWebhooks webhooks) {
        this.vertx = vertx;
        this.clock = clock;
        this.tokens = tokens;
        this.faults = faults;
        this.ledger = ledger;
        this.webhooks = webhooks;
    }

    @Override
    public String name() {
        return "paypal";
    }

    @Override
    public boolean serves(String path) {
        return SERVED.stream().anyMatch(path::startsWith);
    }

    @Override
    public Reply failure(int status) {
        return PayPalErrors.failure(status);
    }

    @Override
    public Future<Reply> handle(Call call) {
        if (call.path().equals("/v1/oauth2/token")) {
            return Future.succeededFuture(tokens.grant(call));
        }
        if (!tokens.admits(call.authorization())) {
            return Future.succeededFuture(PayPalErrors.unauthenticated());
        }
        if (call.path().equals("/v1/notifications/verify-webhook-signature")) {
            return Future.succeededFuture(webhooks.verify(call));
        }
        return call.method().equals("POST") ? keys.once(call, () -> write(call)) : Future.succeededFuture(read(call));
    }

    private Outcome write(Call call) {
        var path = call.segments();
        if (call.path().equals("/v2/checkout/orders")) {
            return create(call);
        }
        if (path.size() != 5 || !path.get(1).equals("payments")) {
            return Outcome.refused(PayPalErrors.notFound());
        }
        var changed = path.get(2) + " " + path.get(4);
        return switch (changed) {
            case "captures refund" -> change(Kind.CAPTURE, path.get(3), capture -> refund(call, capture));
            case "authorizations capture" -> change(Kind.AUTHORIZATION, path.get(3), held -> capture(call, held));
            case "authorizations reauthorize" -> change(Kind.AUTHORIZATION, path.get(3), this::renew);
            case "authorizations void" -> change(Kind.AUTHORIZATION, path.get(3), this::letGo);
            default -> Outcome.refused(PayPalErrors.notFound());
        };
    }

    private Outcome change(Kind kind, String id, java.util.function.Function<PayPalTransfer, Reply> then) {
        return ledger.transfer(kind, id)
                .map(transfer -> Outcome.of(then.apply(transfer)))
                .orElseGet(() -> Outcome.refused(PayPalErrors.notFound()));
    }

    private Outcome create(Call call) {
        if (call.idempotencyKey().isEmpty()) {
            return Outcome.refused(PayPalErrors.invalid("PAYPAL_REQUEST_ID_REQUIRED"));
        }
        var body = call.json();
        var unit = body.getJsonArray("purchase_units").getJsonObject(0);
        var token = TestToken.named(
                body.getJsonObject("payment_source").getJsonObject("paypal").getString("vault_id"));
        var fault = faultIn(unit.getJsonObject("amount"))
                .or(() -> ledger.isPaid(unit.getString("invoice_id"))
                        ? Optional.of("DUPLICATE_INVOICE_ID")
                        : Optional.empty())
                .or(() -> token.isEmpty() ? Optional.of("TOKEN_ID_NOT_FOUND") : Optional.empty());
        if (fault.isPresent()) {
            return Outcome.refused(PayPalErrors.unprocessable(fault.get()));
        }
        Supplier<PayPalOrder> order = () -> ledger.create(
                now(),
                body.getString("intent").equals("AUTHORIZE"),
                unit.getString("custom_id"),
                unit.getString("invoice_id"),
                unit.getJsonObject("amount").getString("currency_code"),
                value(unit.getJsonObject("amount")));
        return pay(token.get(), order);
    }

    private static Optional<String> faultIn(JsonObject amount) {
        var currency = amount.getString("currency_code");
        if (!CURRENCIES.contains(currency)) {
            return Optional.of("CURRENCY_NOT_SUPPORTED");
        }
        if (WHOLE.contains(currency) && amount.getString("value").contains(".")) {
            return Optional.of("DECIMALS_NOT_SUPPORTED");
        }
        return value(amount).scale() > 2 ? Optional.of("DECIMAL_PRECISION") : Optional.empty();
    }

    /** Leads to what the token stands for. The order is made only where PayPal would have got that far. */
    private Outcome pay(TestToken token, Supplier<PayPalOrder> order) {
        return switch (token.behaviour()) {
            case SUCCEED -> Outcome.of(paid(order.get()));
            case DECLINE ->
                Outcome.of(PayPalErrors.unprocessable(
                        token == TestToken.DECLINED ? "INSTRUMENT_DECLINED" : "PAYER_CANNOT_PAY"));
            case NEVER_ANSWER -> Outcome.nothing();
            case FAIL -> Outcome.refused(PayPalErrors.failure(500));
            case SUCCEED_LATE -> Outcome.later(after(SLOW_MS).map(done -> paid(order.get())));
            case SETTLE_BY_WEBHOOK -> Outcome.of(pending(order.get()));
            case SUCCEED_SILENTLY -> Outcome.unsaid(paid(order.get()));
        };
    }

    private Reply paid(PayPalOrder order) {
        if (order.authorizes()) {
            ledger.add(order, Kind.AUTHORIZATION, now(), "CREATED", "");
        } else {
            ledger.add(order, Kind.CAPTURE, now(), "COMPLETED", "");
        }
        return Reply.created(() -> PayPalJson.order(order, ledger));
    }

    private Reply pending(PayPalOrder order) {
        var kind = order.authorizes() ? Kind.AUTHORIZATION : Kind.CAPTURE;
        var pending = ledger.add(order, kind, now(), "PENDING", "PENDING_REVIEW");
        after(SETTLE_MS).onSuccess(done -> settle(pending));
        return Reply.created(() -> PayPalJson.order(order, ledger));
    }

    private void settle(PayPalTransfer pending) {
        webhooks.settled(ledger.save(pending.as(pending.kind() == Kind.CAPTURE ? "COMPLETED" : "CREATED", "")));
    }

    private Reply capture(Call call, PayPalTransfer held) {
        if (held.status().equals("VOIDED")) {
            return PayPalErrors.unprocessable("AUTHORIZATION_VOIDED");
        }
        var left = held.amount().subtract(ledger.passedOn(held));
        var amount = Optional.ofNullable(call.json().getJsonObject("amount"))
                .map(PayPalApi::value)
                .orElse(left);
        if (left.signum() == 0) {
            return PayPalErrors.unprocessable("AUTHORIZATION_ALREADY_CAPTURED");
        }
        if (amount.compareTo(left) > 0) {
            return PayPalErrors.unprocessable("MAX_CAPTURE_AMOUNT_EXCEEDED");
        }
        var whole = amount.compareTo(left) == 0 || call.json().getBoolean("final_capture", true);
        ledger.save(held.as(whole ? "CAPTURED" : "PARTIALLY_CAPTURED", ""));
        var capture =
                ledger.addTo(held, Kind.CAPTURE, now(), amount, call.json().getString("invoice_id"), held.customId());
        return Reply.created(() -> PayPalJson.transfer(capture));
    }

    /** The renewed authorization is a new one. */
    private Reply renew(PayPalTransfer held) {
        if (!held.status().equals("CREATED")) {
            return PayPalErrors.unprocessable("REAUTHORIZATION_NOT_SUPPORTED");
        }
        ledger.save(held.as("VOIDED", ""));
        var renewed = ledger.add(ledger.order(held.orderId()).orElseThrow(), Kind.AUTHORIZATION, now(), "CREATED", "");
        return Reply.created(() -> PayPalJson.transfer(renewed));
    }

    private Reply letGo(PayPalTransfer held) {
        return switch (held.status()) {
            case "VOIDED" -> PayPalErrors.unprocessable("PREVIOUSLY_VOIDED");
            case "CAPTURED" -> PayPalErrors.unprocessable("PREVIOUSLY_CAPTURED");
            default -> {
                ledger.save(held.as("VOIDED", ""));
                yield Reply.noContent();
            }
        };
    }

    private Reply refund(Call call, PayPalTransfer capture) {
        var left = capture.amount().subtract(ledger.passedOn(capture));
        var amount = Optional.ofNullable(call.json().getJsonObject("amount"))
                .map(PayPalApi::value)
                .orElse(left);
        if (left.signum() == 0) {
            return PayPalErrors.unprocessable("CAPTURE_FULLY_REFUNDED");
        }
        if (amount.compareTo(left) > 0) {
            return PayPalErrors.unprocessable("REFUND_AMOUNT_EXCEEDED");
        }
        ledger.save(capture.as(amount.compareTo(left) == 0 ? "REFUNDED" : "PARTIALLY_REFUNDED", ""));
        var refund = ledger.addTo(
                capture,
                Kind.REFUND,
                now(),
                amount,
                call.json().getString("invoice_id"),
                call.json().getString("custom_id"));
        return Reply.created(() -> PayPalJson.transfer(refund));
    }

    private Reply read(Call call) {
        var path = call.segments();
        if (call.path().equals("/v1/reporting/transactions")) {
            return search(call);
        }
        if (call.path().startsWith("/v2/checkout/orders/")) {
            return ledger.order(path.get(3))
                    .map(order -> Reply.ok(() -> PayPalJson.order(order, ledger)))
                    .orElseGet(PayPalErrors::notFound);
        }
        return java.util.Arrays.stream(Kind.values())
                .filter(kind -> path.size() == 4 && kind.path().equals(path.get(2)))
                .flatMap(kind -> ledger.transfer(kind, path.get(3)).stream())
                .findFirst()
                .map(transfer -> Reply.ok(() -> PayPalJson.transfer(transfer)))
                .orElseGet(PayPalErrors::notFound);
    }

    private Reply search(Call call) {
        var from = call.parameter("start_date").map(Instant::parse);
        var to = call.parameter("end_date").map(Instant::parse);
        if (from.isEmpty()
                || to.isEmpty()
                || from.get().plusSeconds(31 * 86_400).isBefore(to.get())) {
            return PayPalErrors.invalid("INVALID_DATE_RANGE");
        }
        var size = Math.min(call.parameter("page_size").map(Integer::valueOf).orElse(100), LARGEST_PAGE);
        var number = call.parameter("page").map(Integer::valueOf).orElse(1);
        var indexedTo = now().minusMillis(faults.of(name()).searchLagMs());
        var all = call.parameter("balance_affecting_records_only").equals(Optional.of("N"));
        var found = ledger.between(from.get(), to.get()).stream()
                .filter(transfer -> !transfer.created().isAfter(indexedTo))
                .filter(transfer -> all || transfer.kind() != Kind.AUTHORIZATION)
                .toList();
        if (found.size() > LARGEST_RESULT) {
            return PayPalErrors.tooLarge();
        }
        var pages = (found.size() + size - 1) / size;
        var page = found.stream().skip((long) size * (number - 1)).limit(size).toList();
        return Reply.ok(() -> PayPalJson.page(page, number, pages, found.size()));
    }

    private static BigDecimal value(JsonObject amount) {
        return new BigDecimal(amount.getString("value"));
    }

    private Future<Void> after(long milliseconds) {
        return vertx.timer(milliseconds, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private Instant now() {
        return clock.instant();
    }
}
