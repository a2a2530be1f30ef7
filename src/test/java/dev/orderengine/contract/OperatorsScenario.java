package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.UUID;

/** Figures, rules, dead letters, comparisons with the providers and log levels. */
final class OperatorsScenario implements Scenario {

    private static final String CARD = "4242 4242 4242 4242";
    private static final String REDRIVE = "/admin/dead-letters/redrive";
    private static final String RUNS = "/admin/reconciliation";
    private static final String LEVEL = "/admin/log-levels/dev.orderengine.money";

    @Override
    public void play(RunningEngine engine) {
        Api operator = engine.as("operator").with(TRACED);
        expect(200, operator.get("/admin/figures"));
        operator.stream("/admin/figures").close();
        expect(200, operator.get("/admin/rules"));
        expect(304, operator.get("/admin/rules", "If-None-Match", "*"));
        deadLetters(engine, operator);
        reconciliation(engine, operator);
        logLevels(operator);
    }

    private static void deadLetters(RunningEngine engine, Api operator) {
        String order = OrdersInState.paid(engine);
        engine.change("""
                INSERT INTO outbox (shard, order_id, sequence, attempts, last_error, set_aside_at)
                VALUES (outbox_shard(?::uuid), ?::uuid, 1, 10, 'too large', now())""", order, order);
        expect(200, operator.get("/admin/dead-letters"));
        String key = UUID.randomUUID().toString();
        String outbox = "{\"source\": \"outbox\"}";
        expect(200, operator.post(REDRIVE, outbox, "Idempotency-Key", key));
        expect(200, operator.post(REDRIVE, outbox, "Idempotency-Key", key));
        refused(
                "idempotency_key_reused",
                operator.post(REDRIVE, outbox.replace("outbox", "notifications"), "Idempotency-Key", key));
        refused("validation_failed", operator.post(REDRIVE, "{\"a\": 1}"));
        refused("required", operator.post(REDRIVE, "{}"));
        refused("unknown_field", operator.post(REDRIVE, "{\"source\": \"outbox\", \"a\": 1}"));
        refused("wrong_type", operator.post(REDRIVE, "{\"source\": 1}"));
        refused("out_of_range", operator.post(REDRIVE, "{\"source\": \"\"}"));
        refused("invalid_character", operator.post(REDRIVE, "{\"source\": \"\\u0007\"}"));
        refused("unknown_source", operator.post(REDRIVE, "{\"source\": \"nowhere\"}"));
        refused("card_number_not_allowed", operator.post(REDRIVE, "{\"source\": \"" + CARD + "\"}"));
    }

    private static void reconciliation(RunningEngine engine, Api operator) {
        String run = found(engine);
        expect(200, operator.get(RUNS + "/" + run));
        expect(404, operator.get(RUNS + "/" + UUID.randomUUID()));
        Answer page = expect(200, operator.get(RUNS + "?provider=stripe&day=2026-11-23&limit=1"));
        expect(200, operator.get(RUNS + "?cursor=" + page.text("next_cursor")));
        expect(400, operator.get(RUNS + "?limit=0&cursor=*&provider=nobody&day=today&page=2"));
        String key = UUID.randomUUID().toString();
        String wish = "{\"provider\": \"paypal\", \"day\": \"" + LocalDate.now(ZoneOffset.UTC) + "\"}";
        expect(202, operator.post(RUNS, wish, "Idempotency-Key", key));
        expect(202, operator.post(RUNS, wish, "Idempotency-Key", key));
        refused(
                "idempotency_key_reused",
                operator.post(RUNS, wish.replace("paypal", "stripe"), "Idempotency-Key", key));
        refused("validation_failed", operator.post(RUNS, "{\"a\": 1}"));
        refused("required", operator.post(RUNS, "{\"provider\": \"paypal\"}"));
        refused("unknown_field", operator.post(RUNS, wish.replace("}", ", \"a\": 1}")));
        refused("wrong_type", operator.post(RUNS, wish.replace("\"paypal\"", "1")));
        refused("out_of_range", operator.post(RUNS, wish.replace("paypal", "")));
        refused("invalid_character", operator.post(RUNS, wish.replace("paypal", "\\u0007")));
        refused("unknown_provider", operator.post(RUNS, wish.replace("paypal", "bank_transfer")));
        refused("invalid_day", operator.post(RUNS, "{\"provider\": \"paypal\", \"day\": \"2026-02-30\"}"));
        refused("card_number_not_allowed", operator.post(RUNS, wish.replace("paypal", CARD)));
    }

    /** Two runs, of which the first found a payment and a refund. */
    private static String found(RunningEngine engine) {
        String run = "019aaee1-2c00-7000-8000-00000000000";
        engine.change("""
                INSERT INTO reconciliation_runs (run_id, provider, day, daily, state, attempts, compared, differences, created_at, updated_at)
                SELECT (? || number)::uuid, 'stripe', '2026-11-23', false, 'done', 1, 2, 2, now(), now()
                FROM generate_series(1, 2) AS number""", run);
        engine.change("""
                INSERT INTO reconciliation_differences (run_id, number, kind, item, their_state, their_amount, their_currency, our_state,
                                                        our_amount, our_currency, item_id, order_id)
                SELECT (? || 1)::uuid, number, kind, item, 'succeeded', 10, 'USD', our_state, our_amount, our_currency, item_id, item_id
                FROM (VALUES (1, 'only_at_provider', 'payment', NULL, NULL, NULL, NULL),
                             (2, 'amount_differs', 'refund', 'succeeded', 9, 'USD', gen_random_uuid()))
                    AS d (number, kind, item, our_state, our_amount, our_currency, item_id)""", run);
        return run + 1;
    }

    private static void logLevels(Api operator) {
        String debug = "{\"level\": \"debug\", \"for_seconds\": 1}";
        expect(200, operator.put(LEVEL, debug));
        expect(200, operator.get("/admin/log-levels"));
        expect(404, operator.put("/admin/log-levels/io.netty", debug));
        refused("validation_failed", operator.put(LEVEL, "{\"a\": 1}"));
        refused("required", operator.put(LEVEL, "{}"));
        refused("unknown_field", operator.put(LEVEL, "{\"level\": \"debug\", \"a\": 1}"));
        refused("wrong_type", operator.put(LEVEL, "{\"level\": 1}"));
        refused("out_of_range", operator.put(LEVEL, "{\"level\": \"debug\", \"for_seconds\": 0}"));
        refused("invalid_character", operator.put(LEVEL, "{\"level\": \"\\u0007\"}"));
        refused("unknown_level", operator.put(LEVEL, "{\"level\": \"loud\"}"));
        refused("card_number_not_allowed", operator.put(LEVEL, "{\"level\": \"" + CARD + "\"}"));
    }

    private static void refused(String code, Answer answer) {
        assertThat(expect(422, answer).text("code")).isEqualTo(code);
    }

    private static Answer expect(int status, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        return answer;
    }
}
