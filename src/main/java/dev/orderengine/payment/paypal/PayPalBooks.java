package dev.orderengine.payment.paypal;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.payment.ProviderClient;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.paypal.PayPalOrder.Transfer;
import dev.orderengine.payment.reconciliation.Amount;
import dev.orderengine.payment.reconciliation.Item;
import dev.orderengine.payment.reconciliation.Ours;
import dev.orderengine.payment.reconciliation.ProviderBooks;
import dev.orderengine.payment.reconciliation.Standing;
import dev.orderengine.payment.reconciliation.Theirs;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * PayPal's search for transactions (developer.paypal.com/docs/api/transaction-search/v1), which are listed there some time later, up to three
 * hours by PayPal's word. It lists 10,000 of a span of time at most: spans are halved as long as there are more.
 */
public final class PayPalBooks implements ProviderBooks {

    private static final int PAGE_SIZE = 500;
    private static final int NOT_FOUND = 404;
    private static final String TOO_LARGE = "RESULTSET_TOO_LARGE";

    private final PayPalCalls calls;
    private final PayPalAnswers answers;
    private final ObjectReader pages;

    /** @param timeout of a call; its connection is closed then */
    public PayPalBooks(Vertx vertx, EngineConfig.PayPal config, Duration timeout, Clock clock) {
        ProviderClient client = new ProviderClient(vertx, config.baseUrl(), 1, timeout);
        PayPalJson json = new PayPalJson();
        this.calls = new PayPalCalls(client, new AccessTokens(client, config, json, clock), json);
        this.answers = new PayPalAnswers(json);
        this.pages = json.reader(Listing.class);
    }

    @Override
    public String provider() {
        return "paypal";
    }

    @Override
    public Future<Page> page(LocalDate day, String after) {
        long end = seconds(day.plusDays(1));
        Place place = after == null ? new Place(seconds(day), end, 1) : Place.parse(after);
        return page(place, end);
    }

    private static long seconds(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    }

    private Future<Page> page(Place place, long end) {
        return get(place.path()).compose(reply -> {
            if (isTooLarge(reply) && place.isDivisible()) {
                return page(place.firstHalf(), end);
            }
            Listing listing = reply.<Listing>read(pages)
                    .filter(read -> PayPalAnswers.isGood(reply) && read.transactionDetails() != null)
                    .orElseThrow(() -> new NoAnswerException(reply));
            Place next = place.next(listing.totalPages(), end);
            return Future.succeededFuture(new Page(listing.entries(), next == null ? null : next.text()));
        });
    }

    private boolean isTooLarge(ProviderReply reply) {
        PayPalProblem problem = PayPalAnswers.isGood(reply) ? PayPalProblem.unreadable() : answers.problem(reply);
        return problem.isReadable() && TOO_LARGE.equals(problem.issue());
    }

    @Override
    public Future<Optional<Theirs>> find(Ours ours) {
        return ours.item() == Item.PAYMENT
                ? get(PayPalProvider.ORDERS + "/" + ours.ref())
                        .map(reply -> found(reply, answers.order(reply).map(order -> payment(order, ours))))
                : get(PayPalProvider.REFUNDS + ours.ref())
                        .map(reply -> found(reply, answers.transfer(reply).map(refund -> refund(refund, ours))));
    }

    private static Optional<Theirs> found(ProviderReply reply, Optional<Theirs> shown) {
        if (reply.status() == NOT_FOUND) {
            return Optional.empty();
        }
        if (!PayPalAnswers.isGood(reply) || shown.isEmpty()) {
            throw new NoAnswerException(reply);
        }
        return shown;
    }

    private static Theirs payment(PayPalOrder order, Ours ours) {
        return last(order.captures().toList())
                .map(capture -> theirs(order.id(), capture, ours, standingOfCapture(capture.status())))
                .or(() -> last(order.authorizations().toList())
                        .map(held -> theirs(order.id(), held, ours, standingOfAuthorization(held.status()))))
                .orElseGet(() -> theirs(order.id(), order.status(), null, ours, Standing.NOTHING));
    }

    private static Optional<Transfer> last(List<Transfer> transfers) {
        return transfers.isEmpty() ? Optional.empty() : Optional.of(transfers.get(transfers.size() - 1));
    }

    private static Theirs refund(Transfer refund, Ours ours) {
        Standing standing = switch (String.valueOf(refund.status())) {
            case "COMPLETED" -> Standing.MOVED;
            case "PENDING" -> Standing.UNDER_WAY;
            default -> Standing.NOTHING;
        };
        return theirs(refund.id(), refund, ours, standing);
    }

    private static Standing standingOfCapture(String status) {
        return switch (String.valueOf(status)) {
            case "COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED" -> Standing.MOVED;
            case "PENDING" -> Standing.UNDER_WAY;
            default -> Standing.NOTHING;
        };
    }

    private static Standing standingOfAuthorization(String status) {
        return switch (String.valueOf(status)) {
            case "CREATED" -> Standing.HELD;
            case "PENDING" -> Standing.UNDER_WAY;
            default -> Standing.LET_GO;
        };
    }

    private static Theirs theirs(String ref, Transfer transfer, Ours ours, Standing standing) {
        return theirs(ref, transfer.status(), transfer.amount(), ours, standing);
    }

    private static Theirs theirs(String ref, String status, PayPalAmount amount, Ours ours, Standing standing) {
        Amount shown = amount == null
                ? new Amount(BigDecimal.ZERO, ours.asked().currency().getCurrencyCode())
                : new Amount(amount.decimal(), amount.currencyCode());
        return new Theirs(ours.item(), ref, ours.id(), ours.orderId(), ref, shown, standing, status);
    }

    private Future<ProviderReply> get(String path) {
        return calls.get(path).recover(fault -> Future.failedFuture(new NoAnswerException(fault.toString())));
    }

    /**
     * A page of what happened in a span of time.
     *
     * @param from Unix second, inclusive
     * @param to Unix second, exclusive
     */
    private record Place(long from, long to, int number) {

        static Place parse(String text) {
            String[] parts = text.split(" ");
            return new Place(Long.parseLong(parts[0]), Long.parseLong(parts[1]), Integer.parseInt(parts[2]));
        }

        String text() {
            return from + " " + to + " " + number;
        }

        String path() {
            return "/v1/reporting/transactions?fields=transaction_info&balance_affecting_records_only=N&start_date="
                    + Instant.ofEpochSecond(from) + "&end_date=" + Instant.ofEpochSecond(to - 1) + "&page_size="
                    + PAGE_SIZE + "&page=" + number;
        }

        boolean isDivisible() {
            return to - from > 1;
        }

        Place firstHalf() {
            return new Place(from, from + (to - from) / 2, 1);
        }

        /** @param end of the day; null is answered if all of it was listed */
        Place next(int pages, long end) {
            if (number < pages) {
                return new Place(from, to, number + 1);
            }
            return to < end ? new Place(to, Math.min(to + (to - from), end), 1) : null;
        }
    }

    private record Listing(List<Entry> transactionDetails, int totalPages) {

        List<Theirs> entries() {
            return transactionDetails.stream()
                    .map(Entry::transactionInfo)
                    .filter(Objects::nonNull)
                    .flatMap(transaction -> transaction.theirs().stream())
                    .toList();
        }
    }

    private record Entry(PayPalTransaction transactionInfo) {}
}
