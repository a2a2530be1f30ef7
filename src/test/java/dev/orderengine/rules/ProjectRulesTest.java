package dev.orderengine.rules;

import static dev.orderengine.rules.Orders.NOON;
import static dev.orderengine.rules.Orders.calm;
import static dev.orderengine.rules.Orders.decide;
import static dev.orderengine.rules.Orders.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.rules.Evaluation.Decided;
import dev.orderengine.rules.Evaluation.NeedsFacts;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The rules of the specification, section 5, as {@code conf/rules.yaml} has them: both sides of every threshold. */
class ProjectRulesTest {

    private static final RuleBook RULES = Orders.projectRules();

    @ParameterizedTest
    @CsvSource({
        "10000.00, USD, credit_card, false",
        "10000.01, USD, credit_card, true",
        "10000.01, USD, stripe, false",
        "10000.01, USD, paypal, false",
        "10000.01, USD, bank_transfer, false",
        // 9,216.58 EUR are 9,999.9893 USD, 9,216.59 EUR are 10,000.00015 USD: above by less than a cent
        "9216.58, EUR, credit_card, false",
        "9216.59, EUR, credit_card, true",
        // 1,515,151 JPY are 9,999.9966 USD, 1,515,152 JPY are 10,000.0032 USD
        "1515151, JPY, credit_card, false",
        "1515152, JPY, credit_card, true",
        // 3,076.923 KWD are 9,999.99975 USD, which cents would round up; 3,076.924 KWD are 10,000.003 USD
        "3076.923, KWD, credit_card, false",
        "3076.924, KWD, credit_card, true",
        // 4,000,000 JPY would be far above in dollars, 26,400; 10,000.01 JPY do not exist
        "4000000, JPY, credit_card, true",
        "10001, JPY, credit_card, false",
    })
    void fraudScore_byTotalAndMethod_isAppliedStrictlyAbove10000Usd(
            String total, String currency, String method, boolean applied) {
        Decision decision = decide(RULES, calm(order(total, currency, method)));

        assertThat(decision.matchedRules().contains("SYS.05.01")).isEqualTo(applied);
    }

    @ParameterizedTest
    @CsvSource({
        "5000.00, USD, 4, ACCEPT",
        "5000.01, USD, 4, REVIEW",
        "5000.01, USD, 5, ACCEPT",
        "5000.01, USD, 0, REVIEW",
        // 4,608.29 EUR are 4,999.99465 USD, 4,608.30 EUR are 5,000.0055 USD
        "4608.29, EUR, 4, ACCEPT",
        "4608.30, EUR, 4, REVIEW",
        "4608.30, EUR, 5, ACCEPT",
        // 757,575 JPY are 4,999.995 USD, which cents would round up to 5,000.00; 757,576 JPY are 5,000.0016 USD
        "757575, JPY, 4, ACCEPT",
        "757576, JPY, 4, REVIEW",
        // 1,538.461 KWD are 4,999.99825 USD, 1,538.462 KWD are 5,000.0015 USD
        "1538.461, KWD, 4, ACCEPT",
        "1538.462, KWD, 4, REVIEW",
    })
    void review_byTotalAndStock_isStrictlyAbove5000UsdAndBelow5Units(
            String total, String currency, long available, Verdict verdict) {
        Facts facts = calm(order(total, currency, "stripe")).with(new StockFacts(available));

        Decision decision = decide(RULES, facts);

        assertThat(decision.verdict()).isEqualTo(verdict);
        assertThat(decision.matchedRules()).isEqualTo(verdict == Verdict.REVIEW ? List.of("SYS.05.02") : List.of());
    }

    @ParameterizedTest
    @CsvSource({
        "500.00, USD, paypal, ACCEPT",
        "500.01, USD, paypal, VERIFY",
        "500.01, USD, credit_card, ACCEPT",
        "500.01, USD, stripe, ACCEPT",
        "500.01, USD, bank_transfer, ACCEPT",
        // 460.82 EUR are 499.9897 USD, 460.83 EUR are 500.00055 USD
        "460.82, EUR, paypal, ACCEPT",
        "460.83, EUR, paypal, VERIFY",
        // 75,757 JPY are 499.9962 USD, 75,758 JPY are 500.0028 USD
        "75757, JPY, paypal, ACCEPT",
        "75758, JPY, paypal, VERIFY",
        // 153.846 KWD are 499.9995 USD, 153.847 KWD are 500.00275 USD
        "153.846, KWD, paypal, ACCEPT",
        "153.847, KWD, paypal, VERIFY",
    })
    void verify_byTotalAndMethod_isStrictlyAbove500Usd(String total, String currency, String method, Verdict verdict) {
        Decision decision = decide(RULES, calm(order(total, currency, method)));

        assertThat(decision.verdict()).isEqualTo(verdict);
        assertThat(decision.matchedRules()).isEqualTo(verdict == Verdict.VERIFY ? List.of("SYS.05.03") : List.of());
    }

    @ParameterizedTest
    @CsvSource({
        // returned, orders in the last hour before this one, amount in 24 h before this one, this order, verdict
        "5, 99, 9999.00, 10.00, USD, ACCEPT, ",
        "6, 0, 0, 10.00, USD, ACCEPT, ",
        "6, 2, 0, 10.00, USD, ACCEPT, ",
        "6, 3, 0, 10.00, USD, REVIEW, many-orders",
        "6, 9, 0, 10.00, USD, REVIEW, many-orders",
        "6, 10, 0, 10.00, USD, REJECT, many-orders flood",
        "6, 0, 1990.00, 10.00, USD, ACCEPT, ",
        "6, 0, 1990.00, 10.01, USD, REVIEW, large-amount",
        "6, 0, 1990.000001, 10.00, USD, REVIEW, large-amount",
        "6, 0, 0, 2000.00, USD, ACCEPT, ",
        "6, 0, 0, 2000.01, USD, REVIEW, large-amount",
        // 1,843.31 EUR are 1,999.99135 USD, 1,843.32 EUR are 2,000.0022 USD
        "6, 0, 0, 1843.31, EUR, ACCEPT, ",
        "6, 0, 0, 1843.32, EUR, REVIEW, large-amount",
        // 303,030 JPY are 1,999.998 USD, which cents would round up; 303,031 JPY are 2,000.0046 USD
        "6, 0, 0, 303030, JPY, ACCEPT, ",
        "6, 0, 0, 303031, JPY, REVIEW, large-amount",
        // 615.384 KWD are 1,999.998 USD, 615.385 KWD are 2,000.00125 USD
        "6, 0, 0, 615.384, KWD, ACCEPT, ",
        "6, 0, 0, 615.385, KWD, REVIEW, large-amount",
        "6, 10, 1990.01, 10.00, USD, REJECT, many-orders large-amount flood",
    })
    void velocity_ofCustomersWithMoreThan5Returns_isChecked(
            long returned,
            long orders1h,
            BigDecimal usd24h,
            String total,
            String currency,
            Verdict verdict,
            String checks) {
        Facts facts = calm(order(total, currency, "stripe"))
                .with(new Returns(returned))
                .with(new History(orders1h, orders1h, usd24h, 100, new BigDecimal("5000")));

        Decision decision = decide(RULES, facts);

        assertThat(decision.verdict()).isEqualTo(verdict);
        assertThat(decision.matchedRules().stream().skip(1)).containsExactlyElementsOf(velocityIds(checks));
        assertThat(decision.matchedRules().contains("SYS.05.04")).isEqualTo(returned > 5);
    }

    @Test
    void fraudScore_ofUsualCustomer_accepts() {
        Decision decision = decide(RULES, calm(order("10000.01", "USD", "credit_card")));

        assertThat(decision).isEqualTo(new Decision(Verdict.ACCEPT, List.of("SYS.05.01"), RULES.version(), 0));
    }

    @Test
    void fraudScore_ofFirstOrderWithoutAddress_reachesReview() {
        OrderFacts order = order("10000.01", "USD", "credit_card", Map.of("sku-1", 1L), false, "", Map.of());

        Decision decision = decide(RULES, calm(order).with(History.none()));

        assertThat(decision)
                .isEqualTo(new Decision(
                        Verdict.REVIEW,
                        List.of("SYS.05.01", "SYS.05.01/fraud.first-order", "SYS.05.01/fraud.no-shipping-address"),
                        RULES.version(),
                        50));
    }

    @Test
    void fraudScore_ofAllSignals_rejects() {
        OrderFacts order = order("50000.01", "USD", "credit_card", Map.of("sku-1", 101L), false, "", Map.of());
        Facts facts = calm(order).with(new Returns(6)).with(new History(3, 3, BigDecimal.ZERO, 0, BigDecimal.ZERO));

        Decision decision = decide(RULES, facts);

        assertThat(decision.verdict()).isEqualTo(Verdict.REJECT);
        assertThat(decision.score()).isEqualTo(130);
    }

    @ParameterizedTest
    @CsvSource({
        // before: total of 10 orders, so that five times their average is half of it
        "20000.00, 0, 10000.01, first-order, 0",
        "20000.00, 10, 10000.01, far-above-average, 30",
        "20000.02, 10, 10000.01, far-above-average, 0",
        "20000.01, 10, 10000.01, far-above-average, 30",
        "1000000, 10, 50000.00, very-large, 0",
        "1000000, 10, 50000.01, very-large, 20",
    })
    void fraudSignal_byAmounts_isStrict(BigDecimal before, long orders, String total, String signal, int weight) {
        Facts facts = calm(order(total, "USD", "credit_card")).with(new History(0, 0, BigDecimal.ZERO, orders, before));

        Decision decision = decide(RULES, facts);

        boolean expected = weight > 0 || orders == 0;
        assertThat(decision.matchedRules().contains("SYS.05.01/fraud." + signal))
                .isEqualTo(expected);
        assertThat(decision.score()).isEqualTo(orders == 0 ? 30 : weight);
    }

    @ParameterizedTest
    @CsvSource({"100, 100, 0", "101, 1, 20", "100, 101, 20", "1, 1, 0"})
    void fraudSignal_byUnits_isStrict(long first, long second, int score) {
        OrderFacts order =
                order("10000.01", "USD", "credit_card", Map.of("sku-1", first, "sku-2", second), true, "", Map.of());

        assertThat(decide(RULES, calm(order)).score()).isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource({"false, '', 20", "false, warehouse, 20", "false, digital, 0", "false, store_pickup, 0", "true, '', 0"})
    void fraudSignal_ofNoAddress_isOnlyForGoodsThatAreSent(boolean address, String channel, int score) {
        OrderFacts order = order("10000.01", "USD", "credit_card", Map.of("sku-1", 1L), address, channel, Map.of());

        assertThat(decide(RULES, calm(order)).score()).isEqualTo(score);
    }

    @ParameterizedTest
    @CsvSource({"2, 5, 0", "3, 5, 30", "2, 6, 10", "3, 6, 40"})
    void fraudSignal_byHasteAndReturns_isStrict(long orders1h, long returned, int score) {
        Facts facts = calm(order("10000.01", "USD", "credit_card"))
                .with(new Returns(returned))
                .with(new History(orders1h, orders1h, BigDecimal.ZERO, 100, new BigDecimal("1000000")));

        assertThat(decide(RULES, facts).score()).isEqualTo(score);
    }

    @Test
    void verdict_ofSeveralRules_isTheMostSevere() {
        Facts facts = calm(order("5000.01", "USD", "paypal"))
                .with(new StockFacts(4))
                .with(new Returns(6))
                .with(new History(10, 10, BigDecimal.ZERO, 100, new BigDecimal("1000000")));

        Decision decision = decide(RULES, facts);

        assertThat(decision.verdict()).isEqualTo(Verdict.REJECT);
        assertThat(decision.matchedRules())
                .containsExactly(
                        "SYS.05.02",
                        "SYS.05.03",
                        "SYS.05.04",
                        "SYS.05.04/velocity.many-orders",
                        "SYS.05.04/velocity.large-amount",
                        "SYS.05.04/velocity.flood");
    }

    @Test
    void smallOrder_needsReturnsAlone() {
        Facts facts = Facts.of(order("39.98", "USD", "credit_card"), NOON);

        assertThat(RULES.evaluate(facts)).isEqualTo(new NeedsFacts(Set.of(FactGroup.RETURNS)));
        assertThat(RULES.evaluate(facts.with(new Returns(5)))).isInstanceOf(Decided.class);
        assertThat(RULES.evaluate(facts.with(new Returns(6)))).isEqualTo(new NeedsFacts(Set.of(FactGroup.HISTORY)));
    }

    @Test
    void largeOrder_needsStockToo() {
        Facts facts = Facts.of(order("5000.01", "USD", "stripe"), NOON);

        assertThat(RULES.evaluate(facts)).isEqualTo(new NeedsFacts(Set.of(FactGroup.RETURNS, FactGroup.STOCK)));
    }

    @Test
    void largeCardOrder_needsAllAtOnce() {
        Facts facts = Facts.of(order("10000.01", "USD", "credit_card"), NOON);

        assertThat(RULES.evaluate(facts))
                .isEqualTo(new NeedsFacts(Set.of(FactGroup.RETURNS, FactGroup.STOCK, FactGroup.HISTORY)));
    }

    private static List<String> velocityIds(String checks) {
        return checks == null
                ? List.of()
                : Arrays.stream(checks.split(" "))
                        .map(id -> "SYS.05.04/velocity." + id)
                        .toList();
    }
}
