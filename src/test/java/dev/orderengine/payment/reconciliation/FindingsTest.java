package dev.orderengine.payment.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orderengine.money.Money;
import dev.orderengine.payment.reconciliation.Difference.Kind;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What a run makes of what is listed and what is not. */
class FindingsTest {

    private static final Instant READ = Instant.parse("2026-11-24T04:00:00Z");
    private static final UUID ID = UUID.randomUUID();

    private final Findings findings = new Findings();

    @Test
    void whatBothHave_isComparedOnce_evenIfItIsListedTwice() {
        findings.listed(theirs("pi_1", "pi_1", Standing.MOVED), Optional.of(ours("pi_1")), READ);
        findings.listed(theirs("pi_1", "pi_1", Standing.MOVED), Optional.of(ours("pi_1")), READ);

        assertThat(findings.compared()).isEqualTo(1);
        assertThat(findings.kept()).isEmpty();
        assertThat(findings.hasSeen(ours("pi_1"))).isTrue();
    }

    @Test
    void chargeThatWeDoNotKnow_isADifference_butNotOneThatCameToNothing() {
        findings.listed(theirs("pi_9", "pi_9", Standing.MOVED), Optional.empty(), READ);
        findings.listed(theirs("pi_8", "pi_8", Standing.NOTHING), Optional.empty(), READ);
        findings.listed(theirs("pi_7", "pi_7", Standing.LET_GO), Optional.empty(), READ);

        assertThat(findings.kept())
                .extracting(Difference::kind, Difference::ref)
                .containsExactly(tuple(Kind.ONLY_AT_PROVIDER, "pi_9"));
        assertThat(findings.compared()).isEqualTo(1);
    }

    @Test
    void secondChargeOfAPayment_isOneTooMany() {
        findings.listed(theirs("pi_2", "pi_2", Standing.MOVED), Optional.of(ours("pi_1")), READ);
        findings.listed(theirs("pi_1", "pi_1", Standing.MOVED), Optional.of(ours("pi_1")), READ);
        assertThat(findings.kept()).extracting(Difference::ref).containsExactly("pi_2");

        findings.listed(theirs("T-1", null, Standing.MOVED), Optional.of(ours("O-1")), READ);
        assertThat(findings.kept())
                .as("by its name alone")
                .extracting(Difference::ref)
                .containsExactly("pi_2", "T-1");
    }

    @Test
    void earlierAttempt_thatCameToNothing_isNoDifference() {
        findings.listed(theirs("pi_0", "pi_0", Standing.NOTHING), Optional.of(ours("pi_1")), READ);

        assertThat(findings.kept()).isEmpty();
        assertThat(findings.hasSeen(ours("pi_1")))
                .as("what counts may be missing")
                .isFalse();
    }

    @Test
    void whatIsNotListed_isLookedUp_andIsADifferenceIfItIsNotThere() {
        findings.lookedUp(ours("pi_1"), Optional.of(theirs("pi_1", "pi_1", Standing.MOVED)), READ);
        assertThat(findings.kept()).isEmpty();

        findings.lookedUp(ours("pi_1"), Optional.empty(), READ);
        findings.lookedUp(ours("pi_1"), Optional.of(theirs("pi_1", "pi_1", Standing.NOTHING)), READ);
        assertThat(findings.kept()).extracting(Difference::kind).containsExactly(Kind.ONLY_WITH_US, Kind.STATE_DIFFERS);
        assertThat(findings.compared()).isEqualTo(3);

        findings.lookedUp(ours("pi_1"), Optional.empty(), READ.minus(Duration.ofHours(1)));
        assertThat(findings.compared()).as("what changes meanwhile").isEqualTo(3);
    }

    @Test
    void differencesBeyondTheFirstThousand_areCounted_andNotKept() {
        for (int i = 0; i < Findings.KEPT + 5; i++) {
            findings.listed(theirs("pi_" + i, null, Standing.MOVED), Optional.empty(), READ);
        }

        assertThat(findings.differences()).isEqualTo(Findings.KEPT + 5);
        assertThat(findings.kept()).hasSize(Findings.KEPT);
    }

    private static Theirs theirs(String ref, String knownAs, Standing standing) {
        return new Theirs(
                Item.PAYMENT, ref, ID, null, knownAs, new Amount(new BigDecimal("10.00"), "USD"), standing, "theirs");
    }

    private static Ours ours(String ref) {
        Money amount = new Money(1_000, Currency.getInstance("USD"));
        Instant made = READ.minus(Duration.ofMinutes(30));
        return new Ours(
                Item.PAYMENT, ID, UUID.randomUUID(), ref, amount, amount, Standing.MOVED, "captured", made, made);
    }
}
