package dev.orderengine.rules;

import java.util.List;
import java.util.Map;

/** What a matching rule leads to. */
sealed interface Consequence {

    void applyTo(String ruleId, Ruling ruling);

    /** A verdict at once. */
    record Judge(Verdict verdict) implements Consequence {
        @Override
        public void applyTo(String ruleId, Ruling ruling) {
            ruling.judge(verdict);
        }
    }

    /** Signals, each of which adds its weight; a threshold reached gives its verdict. */
    record Score(String name, Map<Verdict, Integer> thresholds, List<Signal> signals) implements Consequence {

        record Signal(String id, String description, Condition when, int weight) {}

        @Override
        public void applyTo(String ruleId, Ruling ruling) {
            int score = 0;
            for (Signal signal : signals) {
                String id = ruleId + "/" + name + "." + signal.id;
                if (ruling.holds(id, signal.when)) {
                    ruling.match(id);
                    score += signal.weight;
                }
            }
            ruling.score(score);
            for (Map.Entry<Verdict, Integer> threshold : thresholds.entrySet()) {
                if (score >= threshold.getValue()) {
                    ruling.judge(threshold.getKey());
                }
            }
        }
    }

    /** Further conditions, each with a verdict of its own. */
    record Checks(String name, List<Check> checks) implements Consequence {

        record Check(String id, String description, Condition when, Verdict verdict) {}

        @Override
        public void applyTo(String ruleId, Ruling ruling) {
            for (Check check : checks) {
                String id = ruleId + "/" + name + "." + check.id;
                if (ruling.holds(id, check.when)) {
                    ruling.match(id);
                    ruling.judge(check.verdict);
                }
            }
        }
    }
}
