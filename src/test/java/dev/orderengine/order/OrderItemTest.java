package dev.orderengine.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.money.Money;
import java.util.Currency;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderItemTest {

    private static final Money PRICE = new Money(250, Currency.getInstance("USD"));

    @Test
    void line_throughItsWholeLife_countsEachUnitOnce() {
        OrderItem line = new OrderItem("sku-1", 10, PRICE, 1, 1, 3, 2).cancel(1);

        assertThat(line).isEqualTo(new OrderItem("sku-1", 10, PRICE, 2, 1, 3, 2));
        assertThat(line.open()).isEqualTo(4);
        assertThat(line.held()).isEqualTo(5);
        assertThat(line.due()).isEqualTo(PRICE.times(8));
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, 0",
        "0, -1, 0, 0",
        "0, 0, -1, 0",
        "0, 0, 0, -1",
        "4, 0, 0, 0",
        "2, 1, 1, 0",
        "0, 0, 1, 2",
    })
    void counts_thatDoNotAddUp_areRefused(int cancelled, int allocated, int fulfilled, int returned) {
        assertThatThrownBy(() -> new OrderItem("sku-1", 3, PRICE, cancelled, allocated, fulfilled, returned))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("sku-1");
    }
}
