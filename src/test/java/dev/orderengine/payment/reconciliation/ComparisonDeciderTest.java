package dev.orderengine.payment.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.money.Money;
import dev.orderengine.payment.PaymentState;
import dev.orderengine.payment.RefundState;
import dev.orderengine.payment.reconciliation.Difference.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is a difference, and what is not. */
class ComparisonDeciderTest {

    private static final Instant READ = Instant.parse("2026-11-24T04:00:00Z");
    private static final Currency USD = Currency.getInstance("USD");

    @ParameterizedTest
    @CsvSource({
        "CAPTURED,           MOVED UNDER_WAY:no HELD:no WAS_HELD:yes NOTHING:no",
        "PARTIALLY_REFUNDED, MOVED WAS_HELD:yes LET_GO:no",
        "REFUNDED,           MOVED WAS_HELD:yes LET_GO:no",
        "AUTHORIZED,         HELD MOVED:no WAS_HELD:yes LET_GO:no NOTHING:no",
        "VOIDED,             LET_GO NOTHING:yes WAS_HELD:yes HELD:no MOVED:no",
        "FAILED,             NOTHING LET_GO:yes WAS_HELD:no HELD:no MOVED:no UNDER_WAY:no",
        "UNKNOWN,            UNDER_WAY MOVED:no NOTHING:no HELD:no",
        "PROCESSING,         UNDER_WAY MOVED:no",
        "CREATED,            UNDER_WAY MOVED:no"
    })
    void payment_agreesWithWhatTheProviderHas(PaymentState state, String standings) {
        for (String standing : standings.split(" ")) {
            String[] parts = standing.split(":");
            Theirs theirs = theirs(Standing.valueOf(parts[0]), "10.00", "USD");

            Optional<Kind> found = compare(payment(state, Duration.ofHours(5)), theirs);

            boolean agrees = parts.length == 1 || parts[1].equals("yes");
            assertThat(found)
                    .as(state + " with us, " + parts[0] + " there")
                    .isEqualTo(agrees ? Optional.empty() : Optional.of(Kind.STATE_DIFFERS));
        }
    }

    @ParameterizedTest
    @EnumSource(RefundState.class)
    void refund_agreesWithItsLikeOnly(RefundState state) {
        for (Standing there : new Standing[] {Standing.MOVED, Standing.UNDER_WAY, Standing.NOTHING}) {
            boolean same = Ours.standing(state) == there;
            assertThat(compare(
                            ours(Item.REFUND, Ours.standing(state), 1_000, Duration.ofHours(5)),
                            theirs(there, "10", "USD")))
                    .isEqualTo(same ? Optional.empty() : Optional.of(Kind.STATE_DIFFERS));
        }
    }

    @ParameterizedTest
    @CsvSource({"10.00, USD, true", "10, USD, true", "10.01, USD, false", "10.00, EUR, false", "10.001, USD, false"})
    void amount_ofMoneyThatMoved_isComparedToTheCent(String amount, String currency, boolean same) {
        assertThat(compare(
                        payment(PaymentState.CAPTURED, Duration.ofHours(5)), theirs(Standing.MOVED, amount, currency)))
                .isEqualTo(same ? Optional.empty() : Optional.of(Kind.AMOUNT_DIFFERS));
    }

    @Test
    void amount_ofAPartThatWasTaken_isComparedWithWhatWasTaken_andOfTheHoldWithWhatWasAsked() {
        Ours part = ours(Item.PAYMENT, Standing.MOVED, 400, Duration.ofHours(5));

        assertThat(compare(part, theirs(Standing.MOVED, "4.00", "USD"))).isEmpty();
        assertThat(compare(part, theirs(Standing.WAS_HELD, "10.00", "USD"))).isEmpty();
        assertThat(compare(part, theirs(Standing.MOVED, "10.00", "USD"))).contains(Kind.AMOUNT_DIFFERS);
        assertThat(compare(part, theirs(Standing.WAS_HELD, "4.00", "USD"))).contains(Kind.AMOUNT_DIFFERS);
    }

    @Test
    void whatIsOnItsWay_isNoDifferenceForAnHour() {
        Theirs taken = theirs(Standing.MOVED, "10.00", "USD");

        assertThat(compare(payment(PaymentState.PROCESSING, Duration.ofMinutes(59)), taken))
                .isEmpty();
        assertThat(compare(payment(PaymentState.PROCESSING, Duration.ofMinutes(60)), taken))
                .contains(Kind.STATE_DIFFERS);
        assertThat(compare(payment(PaymentState.FAILED, Duration.ofMinutes(1)), taken))
                .contains(Kind.STATE_DIFFERS);
    }

    @Test
    void whatChangedSinceTheProviderWasAsked_isNotCompared() {
        Ours refunded = payment(PaymentState.FAILED, Duration.ofHours(5));
        Ours justNow = new Ours(
                refunded.item(),
                refunded.id(),
                refunded.orderId(),
                refunded.ref(),
                refunded.asked(),
                refunded.moved(),
                refunded.standing(),
                refunded.state(),
                refunded.createdAt(),
                READ);

        assertThat(compare(justNow, theirs(Standing.MOVED, "10.00", "USD"))).isEmpty();
    }

    private static Optional<Kind> compare(Ours ours, Theirs theirs) {
        return ComparisonDecider.compare(ours, theirs, READ).map(Difference::kind);
    }

    private static Ours payment(PaymentState state, Duration age) {
        return ours(Item.PAYMENT, Ours.standing(state), 1_000, age);
    }

    private static Ours ours(Item item, Standing standing, long moved, Duration age) {
        return new Ours(
                item,
                UUID.randomUUID(),
                UUID.randomUUID(),
                "ref",
                new Money(1_000, USD),
                new Money(moved, USD),
                standing,
                "ours",
                READ.minus(age),
                READ.minus(Duration.ofSeconds(30)));
    }

    private static Theirs theirs(Standing standing, String amount, String currency) {
        return new Theirs(
                Item.PAYMENT,
                "ref",
                null,
                null,
                "ref",
                new Amount(new BigDecimal(amount), currency),
                standing,
                "theirs");
    }
}
