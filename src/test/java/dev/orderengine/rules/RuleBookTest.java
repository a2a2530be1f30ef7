package dev.orderengine.rules;

import static dev.orderengine.rules.Orders.NOON;
import static dev.orderengine.rules.Orders.calm;
import static dev.orderengine.rules.Orders.decide;
import static dev.orderengine.rules.Orders.order;
import static dev.orderengine.rules.Orders.rules;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.rules.Evaluation.NeedsFacts;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleBookTest {

    private static final Facts FACTS = calm(order(
            "100.00", "EUR", "stripe", Map.of("sku-1", 2L, "sku-2", 3L), true, "warehouse", Map.of("source", "web")));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order.customer_id == 'c-1'",
                "order.currency == 'EUR'",
                "order.total_minor == 10000",
                "order.total_usd == usd('108.5')",
                "order.total_usd != usd('108.51')",
                "order.total_usd >= usd('108.50')",
                "order.total_usd <= usd('108.50')",
                "order.total_usd < usd('108.500001')",
                "!(order.total_usd >= usd('108.500001'))",
                "!(order.total_usd <= usd('108.499999'))",
                "!(order.total_usd < usd('108.50'))",
                "!(order.total_usd > usd('108.50'))",
                "order.total_usd + usd('1') == usd('109.50')",
                "order.total_usd * 2 == usd('217')",
                "order.payment_method in ['stripe', 'paypal']",
                "order.item_count == 2 && order.units == 5",
                "'sku-2' in order.products && order.products['sku-2'] == 3 && !('sku-3' in order.products)",
                "order.products.all(product, product.startsWith('sku-'))",
                "order.has_shipping_address",
                "order.channel == 'warehouse'",
                "'source' in order.metadata && order.metadata['source'] == 'web'",
                "now.getHours() == 12 && now < timestamp('2027-01-01T00:00:00Z')",
                "stock.min_available == 1000",
                "returns.items_30d == 0",
                "history.orders_1h == 1 && history.orders_24h == 2 && history.orders_total == 4",
                "history.usd_24h == usd('10.5') && history.average_usd == usd('5.25') && !history.first_order",
                "velocity.orders_1h == 2 && velocity.orders_24h == 3 && velocity.usd_24h == usd('119')",
                "type(order.units) == int",
            })
    void condition_overEachFact_seesItsValue(String condition) {
        Facts facts = FACTS.with(new History(1, 2, new BigDecimal("10.5"), 4, new BigDecimal("21")));

        assertThat(decide(rules(single(condition, "verify")), facts).verdict()).isEqualTo(Verdict.VERIFY);
    }

    @Test
    void condition_overNoHistory_isFirstOrderWithoutAverage() {
        RuleBook rules = rules(single("history.first_order && history.average_usd == usd('0')", "verify"));

        assertThat(decide(rules, FACTS.with(History.none())).verdict()).isEqualTo(Verdict.VERIFY);
    }

    @ParameterizedTest
    @CsvSource({"49, ACCEPT", "50, REVIEW", "79, REVIEW", "80, REJECT", "81, REJECT"})
    void score_atThreshold_givesItsVerdict(int weight, Verdict verdict) {
        RuleBook rules = rules(scored("{reject: 80, review: 50}", weight));

        assertThat(decide(rules, FACTS))
                .isEqualTo(new Decision(verdict, List.of("R1", "R1/fraud.s1"), rules.version(), weight));
    }

    @Test
    void score_ofRuleThatDoesNotMatch_isNotAskedFor() {
        RuleBook rules = rules(scored("{review: 50}", 50).replace("when: 'true'", "when: 'false'"));

        assertThat(decide(rules, FACTS)).isEqualTo(new Decision(Verdict.ACCEPT, List.of(), rules.version(), 0));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "false && stock.min_available < 5",
                "stock.min_available < 5 && false",
                "!(true || stock.min_available < 5)",
                "false ? stock.min_available < 5 : false",
                "stock.min_available < 5 && history.first_order && returns.items_30d > 5 && order.units > 5",
            })
    void missingFacts_thatCannotChangeTheResult_areNotAskedFor(String condition) {
        RuleBook rules = rules(single(condition, "review"));

        assertThat(decide(rules, Facts.of(FACTS.order(), NOON)).verdict()).isEqualTo(Verdict.ACCEPT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stock.min_available < 5 | STOCK",
                "returns.items_30d > 5 | RETURNS",
                "history.first_order | HISTORY",
                "velocity.usd_24h > usd('5') | HISTORY",
                "order.units == 5 && stock.min_available < 5 | STOCK",
                "stock.min_available + returns.items_30d > 5 | STOCK",
                "stock.min_available < 5 OR (order.units > 1 && order.metadata['none'] == 'x') | STOCK",
            })
    void missingFacts_thatMatter_areAskedFor(String condition, FactGroup group) {
        RuleBook rules = rules(single(condition.replace("OR", "||"), "review"));

        assertThat(rules.evaluate(Facts.of(FACTS.order(), NOON)))
                .isInstanceOfSatisfying(
                        NeedsFacts.class,
                        needs -> assertThat(needs.groups()).contains(group).doesNotContain(FactGroup.ORDER));
    }

    @Test
    void missingFacts_ofSeveralRules_areAskedForTogether() {
        RuleBook rules = rules(single("stock.min_available < 5", "review")
                + "  - {id: R2, description: d, when: returns.items_30d > 5, then: review}\n");

        assertThat(rules.evaluate(Facts.of(FACTS.order(), NOON)))
                .isEqualTo(new NeedsFacts(Set.of(FactGroup.STOCK, FactGroup.RETURNS)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "order.units > 1 && order.metadata['none'] == 'x'",
                "order.units > 1 && order.units / (order.item_count - 2) > 1",
            })
    void condition_thatFailsOnAnOrder_isAFaultNamingTheRule(String condition) {
        RuleBook rules = rules(single(condition, "review"));

        assertThatThrownBy(() -> rules.evaluate(FACTS))
                .isInstanceOf(RuleFaultException.class)
                .hasMessageContaining("rule R1 fails");
    }

    @Property
    void comparison_ofAnyAmount_isExact(@ForAll @BigRange(min = "9999.99", max = "10000.01") @Scale(9) BigDecimal usd) {
        OrderFacts base = FACTS.order();
        OrderFacts order = new OrderFacts(
                base.customerId(), base.total(), usd, "credit_card", base.products(), true, "", Map.of());
        RuleBook rules = LIMIT;

        boolean matched = decide(rules, calm(order)).verdict() == Verdict.REVIEW;

        assertThat(matched).isEqualTo(usd.compareTo(BigDecimal.valueOf(10_000)) > 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`` | line 1: rules: is missing",
                "rules: | line 1: rules: must be a list",
                "rules: [] | line 1: rules: must be a list with at least one entry",
                "- a | line 1: : must be a mapping",
                "a: b: c | line 1: YAML: mapping values are not allowed here",
                "rules:;  - id: 'R1;  | line 2: YAML: found unexpected end of stream",
                "rules: \u0007x | line 1: YAML: special characters are not allowed",
                "rule: [] | line 1: rule: unknown field; allowed are scores, checks, rules",
                "rules:;  - R1 | line 2: rules: must be a mapping",
                "rules:;  - description: d | line 2: rules.id: is missing",
                "rules:;  - {id: , description: d} | line 2: rules..id: must not be empty",
                "rules:;  - {id: a b} | line 2: rules.a b.id: must be 1 to 64 of",
                "rules:;  - {[a]: b} | line 2: rules: must be plain text",
                "rules:;  - {id: [a]} | line 2: rules.id: must be plain text",
                "RULE;    then: review;    wenn: 'true' | line 5: rules.R1.wenn: unknown field; allowed are id, description, when, then",
                "RULE;    then: review;    when: 'true';    when: 'false' | line 6: rules.R1.when: is there twice",
                "RULE;    then: review | line 2: rules.R1.when: is missing",
                "RULE;    when: 'true' | line 2: rules.R1.then: is missing",
                "RULE;    when: 'true';    then: refuse | line 5: rules.R1.then: unknown verdict 'refuse'; allowed are accept, verify, review, reject",
                "RULE;    when: 'true';    then: {score: fraud} | line 5: rules.R1.then.score: 'fraud' is not defined in this file; known: []",
                "RULE;    when: 'true';    then: {checks: velocity} | line 5: rules.R1.then.checks: 'velocity' is not defined",
                "RULE;    when: 'true';    then: {scores: fraud} | line 5: rules.R1.then.scores: unknown field; allowed are score, checks",
                "RULE;    when: 'true';    then: {} | line 5: rules.R1.then: must name one score or one group of checks",
                "RULE;    when: 'true';    then: {score: a, checks: b} | line 5: rules.R1.then: must name one",
                "RULE;    then: review;    when: order.units > | line 5: rules.R1.when: mismatched input",
                "RULE;    then: review;    when: order.unit > 5 | line 5: rules.R1.when: undeclared reference to 'order'",
                "RULE;    then: review;    when: order.units > 'x' | line 5: rules.R1.when: found no matching overload for '_>_'",
                "RULE;    then: review;    when: order.total_usd > 10000 | line 5: rules.R1.when: found no matching overload for '_>_' applied to '(usd, int)'",
                "RULE;    then: review;    when: order.units + 1 | line 5: rules.R1.when: must be a condition, true or false, but is of type int",
                "RULE;    then: review;    when: order.total_usd > usd('ten') | line 5: rules.R1.when: usd() takes a plain amount",
                "RULE;    then: review;    when: order.total_usd > usd('1e9') | line 5: rules.R1.when: usd() takes a plain amount",
                "RULE;    then: review;    when: order.total_usd > usd('0.0000001') | line 5: rules.R1.when: usd() takes a plain amount",
                "RULE;    then: review;    when: order.total_usd > usd(order.currency) | line 5: rules.R1.when: usd() takes a plain amount",
                "RULE;    then: review;    when: 'true';  - {id: R1} | line 6: rules.R1.id: 'R1' is there twice",
                "RULE;    then: review;    when: order.metadata['source'] == 'web' | line 5: rules.R1.when: fails on a sample order, guard look-ups and divisions: evaluation error at <input>:14: source",
                "RULE;    then: review;    when: 100 / history.orders_total > 5 | line 5: rules.R1.when: fails on a sample order",
                "checks: {v: []} | line 1: checks.v: must be a list with at least one entry",
                "checks: {v: [{id: c, description: d, when: 'true', then: {score: x}}]} | line 1: checks.v.c.then: must be plain text",
                "checks: {v: [{id: c, description: d, when: 'true', weight: 1}]} | line 1: checks.v.c.weight: unknown field",
                "scores: {f: {signals: []}} | line 1: scores.f.thresholds: is missing",
                "scores: {f: {thresholds: {refuse: 5}, signals: []}} | line 1: scores.f.thresholds.refuse: unknown verdict 'refuse'",
                "scores: {f: {thresholds: {reject: 0}, signals: []}} | line 1: scores.f.thresholds.reject: must be a whole number from 1",
                "scores: {f: {thresholds: {reject: 80}, signals: []}} | line 1: scores.f.signals: must be a list",
                "scores: {f: {thresholds: {reject: 80}, signals: [{id: s, description: d, when: 'true', weight: -5}]}} | line 1: scores.f.signals.s.weight: must be a whole number from 1 to 999999; found '-5'",
            })
    void parse_fault_isRefusedNamingFileLineRuleAndReason(String text, String says) {
        String yaml =
                text.replace("RULE", "rules:;  - id: R1;    description: d").replace(";  ", "\n  ");

        assertThatThrownBy(() -> rules(yaml))
                .isInstanceOf(InvalidRulesException.class)
                .hasMessageStartingWith("rules.yaml: line ")
                .hasMessageContaining(says);
    }

    @Test
    void version_ofOtherContent_isAnother() {
        String yaml = single("true", "review");

        assertThat(rules(yaml).version())
                .matches("[0-9a-f]{12}")
                .isEqualTo(rules(yaml).version())
                .isNotEqualTo(rules(yaml + "# changed\n").version());
    }

    @Test
    void verdict_or_isTheMoreSevere() {
        assertThat(Verdict.REVIEW.or(Verdict.VERIFY)).isEqualTo(Verdict.REVIEW);
        assertThat(Verdict.REVIEW.or(Verdict.REJECT)).isEqualTo(Verdict.REJECT);
        assertThat(Verdict.values()).extracting(Verdict::wire).containsExactly("accept", "verify", "review", "reject");
    }

    private static final RuleBook LIMIT = rules(single("order.total_usd > usd('10000.00')", "review"));

    private static String single(String condition, String then) {
        return "rules:\n  - id: R1\n    description: d\n    when: >-\n      %s\n    then: %s\n"
                .formatted(condition, then);
    }

    private static String scored(String thresholds, int weight) {
        return """
                scores:
                  fraud:
                    thresholds: %s
                    signals:
                      - {id: s1, description: d, when: 'true', weight: %d}
                      - {id: s2, description: d, when: 'false', weight: 999}
                rules:
                  - {id: R1, description: d, when: 'true', then: {score: fraud}}
                """.formatted(thresholds, weight);
    }
}
