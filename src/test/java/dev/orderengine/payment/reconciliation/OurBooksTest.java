package dev.orderengine.payment.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.money.Money;
import dev.orderengine.payment.reconciliation.OurBooks.Known;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which of our payments a provider means that knows the order only. */
class OurBooksTest {

    private static final UUID ORDER = UUID.randomUUID();
    private static final Money TEN = new Money(1_000, Currency.getInstance("USD"));

    @ParameterizedTest
    @EnumSource(
            value = Standing.class,
            names = {"MOVED", "HELD"})
    void counterpart_ofSeveralAttempts_isTheOneThatCameThrough(Standing came) {
        Ours failed = attempt(Standing.NOTHING);
        Ours through = attempt(came);

        assertThat(Known.of(List.of(failed, through), List.of()).counterpart(namedByOrder()))
                .contains(through);
        assertThat(Known.of(List.of(through, failed), List.of()).counterpart(namedByOrder()))
                .contains(through);
    }

    @Test
    void counterpart_ofAnotherOrder_isNone() {
        Theirs strange = new Theirs(
                Item.PAYMENT, "CAP-2", null, UUID.randomUUID(), "CAP-2", Amount.of(TEN), Standing.MOVED, "COMPLETED");

        assertThat(Known.of(List.of(attempt(Standing.MOVED)), List.of()).counterpart(strange))
                .isEmpty();
    }

    private static Ours attempt(Standing standing) {
        return new Ours(
                Item.PAYMENT,
                UUID.randomUUID(),
                ORDER,
                "CAP-1",
                TEN,
                TEN,
                standing,
                standing.name(),
                Instant.EPOCH,
                Instant.EPOCH);
    }

    private static Theirs namedByOrder() {
        return new Theirs(Item.PAYMENT, "CAP-1", null, ORDER, "CAP-1", Amount.of(TEN), Standing.MOVED, "COMPLETED");
    }
}
