package dev.orderengine.payment.stripe;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secret;
import dev.orderengine.payment.ProviderClient;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.reconciliation.Amount;
import dev.orderengine.payment.reconciliation.Item;
import dev.orderengine.payment.reconciliation.Ours;
import dev.orderengine.payment.reconciliation.ProviderBooks;
import dev.orderengine.payment.reconciliation.Standing;
import dev.orderengine.payment.reconciliation.Theirs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Stripe's lists of payment intents and of refunds, the newest first (docs.stripe.com/api/pagination). */
public final class StripeBooks implements ProviderBooks {

    private static final int LIMIT = 100;
    private static final int NOT_FOUND = 404;

    /** What was listed last, intents or refunds, and behind it the id that the next page begins after. */
    private static final String SEPARATOR = " ";

    private final ProviderClient client;
    private final Secret apiKey;
    private final ObjectReader lists;
    private final ObjectReader things;

    /** @param timeout of a call; its connection is closed then */
    public StripeBooks(Vertx vertx, EngineConfig.Stripe config, Duration timeout) {
        ObjectMapper json = new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        this.client = new ProviderClient(vertx, config.baseUrl(), 1, timeout);
        this.apiKey = config.apiKey();
        this.lists = json.readerFor(Listing.class);
        this.things = json.readerFor(Thing.class);
    }

    @Override
    public String provider() {
        return "stripe";
    }

    @Override
    public Future<Page> page(LocalDate day, String after) {
        String list = after == null ? StripeProvider.INTENTS : after.split(SEPARATOR)[0];
        long from = day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
        long to = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toEpochSecond() - 1;
        String query =
                "?limit=" + LIMIT + "&created%5Bgte%5D=" + from + "&created%5Blte%5D=" + to + startingAfter(after);
        return get(list + query)
                .map(reply -> reply.<Listing>read(lists)
                        .filter(listing -> reply.status() == 200 && listing.isComplete())
                        .orElseThrow(() -> new NoAnswerException(reply)))
                .map(listing ->
                        new Page(listing.data().stream().map(Thing::theirs).toList(), next(list, listing)));
    }

    private static String startingAfter(String after) {
        return after == null || !after.contains(SEPARATOR) ? "" : "&starting_after=" + after.split(SEPARATOR)[1];
    }

    private static String next(String list, Listing listing) {
        if (listing.hasMore() && !listing.data().isEmpty()) {
            return list
                    + SEPARATOR
                    + listing.data().get(listing.data().size() - 1).id();
        }
        return list.equals(StripeProvider.INTENTS) ? StripeProvider.REFUNDS : null;
    }

    @Override
    public Future<Optional<Theirs>> find(Ours ours) {
        String list = ours.item() == Item.PAYMENT ? StripeProvider.INTENTS : StripeProvider.REFUNDS;
        return get(list + "/" + ours.ref()).map(this::found);
    }

    private Optional<Theirs> found(ProviderReply reply) {
        if (reply.status() == NOT_FOUND) {
            return Optional.empty();
        }
        return Optional.of(reply.<Thing>read(things)
                .filter(thing -> reply.status() == 200 && thing.isComplete())
                .map(Thing::theirs)
                .orElseThrow(() -> new NoAnswerException(reply)));
    }

    private Future<ProviderReply> get(String path) {
        return client.request(HttpMethod.GET, path)
                .bearerTokenAuthentication(apiKey.value())
                .putHeader("Stripe-Version", StripeProvider.API_VERSION)
                .send()
                .map(ProviderReply::of)
                .recover(fault -> Future.failedFuture(new NoAnswerException(fault.toString())));
    }

    private record Listing(
            List<Thing> data, @JsonProperty("has_more") boolean hasMore) {

        boolean isComplete() {
            return data != null && data.stream().allMatch(Thing::isComplete);
        }
    }

    /** A payment intent or a refund. */
    private record Thing(
            String id,
            String object,
            Long amount,
            @JsonProperty("amount_received") long amountReceived,
            String currency,
            String status,
            Map<String, String> metadata) {

        boolean isComplete() {
            return Stream.of(id, object, amount, currency, status).allMatch(Objects::nonNull)
                    && StripeAmount.digits(code()).isPresent();
        }

        Theirs theirs() {
            boolean payment = object.equals("payment_intent");
            Standing standing = payment ? intent() : refund();
            long units = payment && standing == Standing.MOVED ? amountReceived : amount;
            return new Theirs(
                    payment ? Item.PAYMENT : Item.REFUND,
                    id,
                    named(payment ? "payment_id" : "refund_id"),
                    named("order_id"),
                    id,
                    new Amount(StripeAmount.value(units, code()), code()),
                    standing,
                    status);
        }

        private Standing intent() {
            return switch (status) {
                case "succeeded" -> Standing.MOVED;
                case "requires_capture" -> Standing.HELD;
                case "processing" -> Standing.UNDER_WAY;
                case "canceled" -> Standing.LET_GO;
                default -> Standing.NOTHING;
            };
        }

        private Standing refund() {
            return switch (status) {
                case "succeeded" -> Standing.MOVED;
                case "pending", "requires_action" -> Standing.UNDER_WAY;
                default -> Standing.NOTHING;
            };
        }

        private String code() {
            return currency.toUpperCase(Locale.ROOT);
        }

        private UUID named(String key) {
            return metadata == null ? null : Theirs.told(metadata.get(key));
        }
    }
}
