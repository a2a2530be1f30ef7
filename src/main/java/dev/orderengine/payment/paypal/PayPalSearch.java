package dev.orderengine.payment.paypal;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.LookUp;
import dev.orderengine.payment.Payment;
import dev.orderengine.payment.ProviderReply;
import io.vertx.core.Future;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Finds a payment of which PayPal's own id never came back, among the transactions of the time when it was asked for
 * (developer.paypal.com/docs/api/transaction-search/v1). They show up there some time later, up to three hours by PayPal's word.
 */
final class PayPalSearch {

    private static final int PAGE_SIZE = 500;
    private static final Duration CLOCKS_DIFFER_BY = Duration.ofMinutes(5);
    private static final Duration LONGEST_SPAN = Duration.ofDays(31);

    /** PayPal's codes of authorizations begin so, those of payments with T00. */
    private static final String AUTHORIZATION = "T13";

    private static final String PAYMENT = "T00";

    private final PayPalCalls calls;
    private final ObjectReader pages;
    private final Clock clock;

    PayPalSearch(PayPalCalls calls, PayPalJson json, Clock clock) {
        this.calls = calls;
        this.pages = json.reader(Page.class);
        this.clock = clock;
    }

    /**
     * What was found.
     *
     * @param transactionId of the capture or authorization; null if none was
     * @param isAuthorization which of the two
     * @param nothing what the search means if nothing was found
     */
    record Result(String transactionId, boolean isAuthorization, LookUp nothing) {

        static Result none(LookUp nothing) {
            return new Result(null, false, nothing);
        }
    }

    Future<Result> find(Payment payment) {
        return find(payment, 1);
    }

    private Future<Result> find(Payment payment, int number) {
        return calls.within(payment.traceparent()).get(path(payment, number)).compose(reply -> {
            Optional<Page> page = page(reply);
            if (page.isEmpty()) {
                return Future.succeededFuture(Result.none(unreadable(reply)));
            }
            Optional<Transaction> ours = page.get().transactionOf(payment.id().toString());
            if (ours.isPresent()) {
                return Future.succeededFuture(ours.get().result());
            }
            return number < page.get().totalPages()
                    ? find(payment, number + 1)
                    : Future.succeededFuture(Result.none(new LookUp.NotFound()));
        });
    }

    private String path(Payment payment, int number) {
        Instant asked = payment.unknownAt() == null ? payment.createdAt() : payment.unknownAt();
        Instant from = asked.minus(CLOCKS_DIFFER_BY).truncatedTo(ChronoUnit.SECONDS);
        Instant latest = from.plus(LONGEST_SPAN);
        Instant now = clock.instant().plus(CLOCKS_DIFFER_BY).truncatedTo(ChronoUnit.SECONDS);
        // Money that is only held does not affect the balance.
        return "/v1/reporting/transactions?fields=transaction_info&balance_affecting_records_only=N&start_date=" + from
                + "&end_date=" + (now.isBefore(latest) ? now : latest) + "&page_size=" + PAGE_SIZE + "&page=" + number;
    }

    private Optional<Page> page(ProviderReply reply) {
        return PayPalAnswers.isGood(reply)
                ? reply.<Page>read(pages).filter(page -> page.transactionDetails() != null)
                : Optional.empty();
    }

    private static LookUp unreadable(ProviderReply reply) {
        return new LookUp.Found(
                PayPalAnswers.isGood(reply) ? new Unknown("an answer that makes no sense", false) : reply.noLookUp());
    }

    private record Page(List<Entry> transactionDetails, int totalPages) {

        Optional<Transaction> transactionOf(String paymentId) {
            return transactionDetails.stream()
                    .map(Entry::transactionInfo)
                    .filter(transaction -> transaction != null && transaction.isOf(paymentId))
                    .findFirst();
        }
    }

    private record Entry(Transaction transactionInfo) {}

    private record Transaction(String transactionId, String transactionEventCode, String invoiceId) {

        boolean isOf(String paymentId) {
            return paymentId.equals(invoiceId) && transactionId != null && (isAuthorization() || begins(PAYMENT));
        }

        Result result() {
            return new Result(transactionId, isAuthorization(), null);
        }

        private boolean isAuthorization() {
            return begins(AUTHORIZATION);
        }

        private boolean begins(String code) {
            return transactionEventCode != null && transactionEventCode.startsWith(code);
        }
    }
}
