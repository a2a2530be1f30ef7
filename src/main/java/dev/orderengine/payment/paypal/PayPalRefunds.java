package dev.orderengine.payment.paypal;

import dev.orderengine.payment.ChargeOutcome.Unknown;
import dev.orderengine.payment.ProviderReply;
import dev.orderengine.payment.RefundOutcome;
import dev.orderengine.payment.RefundOutcome.Done;
import dev.orderengine.payment.RefundOutcome.NoAnswer;
import dev.orderengine.payment.RefundOutcome.NotFound;
import dev.orderengine.payment.RefundOutcome.Pending;
import dev.orderengine.payment.RefundOutcome.Refused;
import dev.orderengine.payment.paypal.PayPalOrder.Transfer;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.Set;

/** What PayPal's answers mean for money that goes back (developer.paypal.com/docs/api/payments/v2). */
final class PayPalRefunds {

    private static final NoAnswer MALFORMED = new NoAnswer(new Unknown("an answer that makes no sense", false));
    private static final Set<String> VOIDED = Set.of("AUTHORIZATION_VOIDED", "PREVIOUSLY_VOIDED");

    private final PayPalAnswers answers;

    PayPalRefunds(PayPalAnswers answers) {
        this.answers = answers;
    }

    /** @return what became of a refund that was asked for, or is read by its id */
    RefundOutcome toRefund(ProviderReply reply) {
        return PayPalAnswers.isGood(reply)
                ? answers.transfer(reply).map(PayPalRefunds::outcome).orElse(MALFORMED)
                : reply.noAnswer().<RefundOutcome>map(NoAnswer::new).orElseGet(() -> refusal(reply));
    }

    /** @return what became of an authorization that was to be let go */
    RefundOutcome toVoid(ProviderReply reply, Transfer authorization) {
        if (PayPalAnswers.isGood(reply)) {
            return answers.transfer(reply).map(PayPalRefunds::letGo).orElse(MALFORMED);
        }
        if (reply.status() == 204) {
            return new Done(authorization.id());
        }
        return reply.noAnswer()
                .<RefundOutcome>map(NoAnswer::new)
                .orElseGet(() -> wasVoided(reply) ? new Done(authorization.id()) : refusal(reply));
    }

    private boolean wasVoided(ProviderReply reply) {
        PayPalProblem problem = answers.problem(reply);
        return problem.isReadable() && VOIDED.contains(problem.issue());
    }

    /** @return what a reply means that should show an order and shows none */
    static RefundOutcome noOrder(ProviderReply reply) {
        return PayPalAnswers.isGood(reply) ? MALFORMED : new NoAnswer(reply.noLookUp());
    }

    /** @return what an order shows of a refund of ours */
    static RefundOutcome refundIn(PayPalOrder order, String refundId) {
        return order.refunds()
                .filter(refund -> refundId.equals(refund.invoiceId()))
                .filter(Transfer::isComplete)
                .findFirst()
                .map(PayPalRefunds::outcome)
                .orElseGet(NotFound::new);
    }

    /** @return what an order shows of an authorization that was to be let go */
    static RefundOutcome voidIn(PayPalOrder order) {
        return order.authorizations()
                .filter(Transfer::isComplete)
                .reduce((earlier, later) -> later)
                .map(PayPalRefunds::letGo)
                .orElseGet(() -> new Refused("no_authorization"));
    }

    private static RefundOutcome letGo(Transfer authorization) {
        return switch (authorization.status()) {
            case "VOIDED", "EXPIRED", "DENIED" -> new Done(authorization.id());
            case "CREATED", "PENDING" -> new NotFound();
            default -> new Refused("authorization_" + authorization.status());
        };
    }

    /** @return a capture of the order that still has that much, and was not refunded before */
    static Optional<Transfer> captureWith(PayPalOrder order, BigDecimal amount) {
        return order.captures()
                .filter(capture -> capture.isComplete() && capture.amount() != null)
                .filter(capture -> left(order, capture).compareTo(amount) >= 0)
                .findFirst();
    }

    private static BigDecimal left(PayPalOrder order, Transfer capture) {
        BigDecimal back = order.refunds()
                .filter(refund -> refund.isOf(capture) && refund.amount() != null)
                .filter(refund -> !(outcome(refund) instanceof Refused))
                .map(refund -> refund.amount().decimal())
                .reduce(BigDecimal.ZERO, BigDecimal::add);
        return capture.amount().decimal().subtract(back);
    }

    private static RefundOutcome outcome(Transfer refund) {
        return switch (String.valueOf(refund.status())) {
            case "COMPLETED" -> new Done(refund.id());
            case "PENDING" -> new Pending(refund.id());
            case "CANCELLED", "FAILED" -> new Refused(refund.reason());
            default -> new NoAnswer(new Unknown("a refund that is " + refund.status(), false));
        };
    }

    private RefundOutcome refusal(ProviderReply reply) {
        PayPalProblem problem = answers.problem(reply);
        if (!problem.isReadable()) {
            return new NoAnswer(new Unknown("status " + reply.status(), false));
        }
        return reply.status() == 409 || problem.isUnderWay()
                ? new NoAnswer(new Unknown(problem.issue(), false))
                : new Refused(problem.issue());
    }
}
