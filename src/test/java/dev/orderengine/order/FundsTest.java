package dev.orderengine.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.money.Money;
import dev.orderengine.order.Funds.Held;
import dev.orderengine.order.Funds.Portion;
import java.util.Currency;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FundsTest {

    private static final Currency KWD = Currency.getInstance("KWD");
    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);
    private static final UUID HELD = new UUID(0, 3);

    private final Funds funds = new Funds(
            KWD,
            List.of(
                    new Held(FIRST, 0, 1_000, 300, 200),
                    new Held(HELD, 700, 0, 0, 0),
                    new Held(SECOND, 0, 2_000, 0, 0)));

    @Test
    void refundable_leavesOutWhatIsBackOrOnItsWay() {
        assertThat(funds.captured()).isEqualTo(money(3_000));
        assertThat(funds.refundable()).isEqualTo(money(2_500));
        assertThat(funds.authorized()).containsExactly(new Portion(HELD, money(700)));
    }

    @Test
    void take_splitsOldestFirst_toTheMinorUnit() {
        assertThat(funds.take(money(501)))
                .containsExactly(new Portion(FIRST, money(500)), new Portion(SECOND, money(1)));
        assertThat(funds.take(money(500))).containsExactly(new Portion(FIRST, money(500)));
    }

    @Test
    void take_moreThanIsRefundable_isRefused() {
        assertThatThrownBy(() -> funds.take(money(2_501)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("refundable");
    }

    private static Money money(long minor) {
        return new Money(minor, KWD);
    }
}
