package dev.orderengine.payment.paypal;

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
import dev.orderengine.payment.paypal.PayPalOrder.Transfer;
import java.util.Optional;
import java.util.Set;

/** What PayPal's answers mean for a charge (developer.paypal.com/docs/api/orders/v2). */
final class PayPalAnswers {

    private static final Unknown MALFORMED = new Unknown("an answer that makes no sense", false);

    /** What the payer or PayPal's own rules stand against; the customer may pay otherwise. */
    private static final Set<String> DECLINES = Set.of(
            "CARD_EXPIRED",
            "COMPLIANCE_VIOLATION",
            "INSTRUMENT_DECLINED",
            "PAYER_ACCOUNT_LOCKED_OR_CLOSED",
            "PAYER_ACCOUNT_RESTRICTED",
            "PAYER_ACTION_REQUIRED",
            "PAYER_CANNOT_PAY",
            "REDIRECT_PAYER_FOR_ALTERNATE_FUNDING",
            "TRANSACTION_BLOCKED_BY_PAYEE",
            "TRANSACTION_LIMIT_EXCEEDED",
            "TRANSACTION_RECEIVING_LIMIT_EXCEEDED",
            "TRANSACTION_REFUSED");

    /** An earlier request to capture has come through. */
    private static final String CAPTURED_BEFORE = "AUTHORIZATION_ALREADY_CAPTURED";

    private final ObjectReader orders;
    private final ObjectReader transfers;
    private final ObjectReader problems;

    PayPalAnswers(PayPalJson json) {
        this.orders = json.reader(PayPalOrder.class);
        this.transfers = json.reader(Transfer.class);
        this.problems = json.reader(PayPalProblem.class);
    }

    /** @return what became of an order that was to be made and paid at once */
    ChargeOutcome toCharge(ProviderReply reply) {
        return isGood(reply)
                ? order(reply).map(PayPalAnswers::outcome).orElse(MALFORMED)
                : reply.noAnswer().orElseGet(() -> refusal(reply));
    }

    /** @return what is known of the order that was asked for by its id */
    LookUp toGet(ProviderReply reply) {
        if (reply.status() == 404) {
            return new LookUp.NotFound();
        }
        return new LookUp.Found(isGood(reply) ? toCharge(reply) : reply.noLookUp());
    }

    /** @return what is known of the capture that was asked for by its id */
    LookUp toCapture(ProviderReply reply) {
        return toTransfer(reply, true);
    }

    /** @return what is known of the authorization that was asked for by its id */
    LookUp toAuthorization(ProviderReply reply) {
        return toTransfer(reply, false);
    }

    private LookUp toTransfer(ProviderReply reply, boolean capture) {
        if (reply.status() == 404) {
            return new LookUp.NotFound();
        }
        if (!isGood(reply)) {
            return new LookUp.Found(reply.noLookUp());
        }
        return new LookUp.Found(transfer(reply)
                .filter(transfer -> transfer.orderId() != null)
                .map(transfer ->
                        capture ? captured(transfer, transfer.orderId()) : authorized(transfer, transfer.orderId()))
                .orElse(MALFORMED));
    }

    /** @return what became of what was to be captured of that order */
    ChargeOutcome toCaptured(ProviderReply reply, String orderId) {
        return isGood(reply)
                ? transfer(reply).map(capture -> captured(capture, orderId)).orElse(MALFORMED)
                : reply.noAnswer().orElseGet(() -> refusal(reply));
    }

    /** @return what became of an authorization of that order that was to be renewed */
    ChargeOutcome toRenewed(ProviderReply reply, String orderId) {
        return isGood(reply)
                ? transfer(reply).map(held -> authorized(held, orderId)).orElse(MALFORMED)
                : reply.noAnswer().orElseGet(() -> refusal(reply));
    }

    /** The order that a reply shows; empty if it shows none. */
    Optional<PayPalOrder> order(ProviderReply reply) {
        return reply.<PayPalOrder>read(orders).filter(PayPalOrder::isComplete);
    }

    /** The capture, authorization or refund that a reply shows; empty if it shows none. */
    Optional<Transfer> transfer(ProviderReply reply) {
        return reply.<Transfer>read(transfers).filter(Transfer::isComplete);
    }

    /** Why a reply refuses. */
    PayPalProblem problem(ProviderReply reply) {
        return reply.<PayPalProblem>read(problems)
                .filter(PayPalProblem::isReadable)
                .orElse(PayPalProblem.unreadable());
    }

    static boolean isGood(ProviderReply reply) {
        return reply.status() == 200 || reply.status() == 201;
    }

    private ChargeOutcome refusal(ProviderReply reply) {
        PayPalProblem problem = problem(reply);
        if (!problem.isReadable()) {
            return new Unknown("status " + reply.status() + " without an error that makes sense", false);
        }
        if (reply.status() == 409 || problem.isUnderWay() || CAPTURED_BEFORE.equals(problem.issue())) {
            return new Unknown(problem.issue(), false);
        }
        return DECLINES.contains(problem.issue()) ? new Declined(problem.issue(), null) : new Rejected(problem.issue());
    }

    private static ChargeOutcome outcome(PayPalOrder order) {
        return switch (order.status()) {
            case "COMPLETED" -> completed(order);
            // Nothing moves in these without the payer, who is not there.
            case "CREATED", "SAVED", "APPROVED", "PAYER_ACTION_REQUIRED", "VOIDED" ->
                new Declined(order.status(), order.id());
            default -> new Unknown("status " + order.status(), false);
        };
    }

    private static ChargeOutcome completed(PayPalOrder order) {
        return order.authorizations()
                .reduce((earlier, later) -> later)
                .map(held -> authorized(held, order.id()))
                .or(() -> order.captures().findFirst().map(taken -> captured(taken, order.id())))
                .orElse(MALFORMED);
    }

    private static ChargeOutcome captured(Transfer capture, String orderId) {
        return switch (String.valueOf(capture.status())) {
            case "COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED" -> new Captured(orderId);
            case "PENDING" -> new Pending(orderId);
            case "DECLINED", "FAILED" -> new Declined(capture.reason(), orderId);
            default -> new Unknown("a capture that is " + capture.status(), false);
        };
    }

    private static ChargeOutcome authorized(Transfer authorization, String orderId) {
        return switch (String.valueOf(authorization.status())) {
            case "CREATED", "PARTIALLY_CAPTURED" -> new Authorized(orderId);
            case "CAPTURED" -> new Captured(orderId);
            case "PENDING" -> new Pending(orderId);
            case "DENIED", "EXPIRED", "VOIDED" -> new Declined(authorization.reason(), orderId);
            default -> new Unknown("an authorization that is " + authorization.status(), false);
        };
    }
}
