package dev.orderengine.load;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What was measured on the steps of a rising load; a step is good when it met the service levels. Any thread. */
final class Staircase {

    private final List<Step> steps;

    Staircase(List<Step> steps) {
        this.steps = steps;
    }

    /** Orders at one rate. */
    static final class Step {

        private static final Measured FAILED = new Measured(false, 0);

        private final int rate;
        private final ConcurrentLinkedQueue<Measured> all = new ConcurrentLinkedQueue<>();

        /** @param rate orders per second */
        Step(int rate) {
            this.rate = rate;
        }

        private record Measured(boolean created, int millis) {}

        int rate() {
            return rate;
        }

        String request() {
            return "place order at " + rate + "/s";
        }

        void created(int millis) {
            all.add(new Measured(true, millis));
        }

        void failed() {
            all.add(FAILED);
        }

        boolean isGood() {
            return createdPercent() >= ServiceLevels.CREATED_PERCENT && p95() < ServiceLevels.ORDER_P95_MILLIS;
        }

        private boolean isMeasured() {
            return !all.isEmpty();
        }

        private double createdPercent() {
            return 100.0 * all.stream().filter(Measured::created).count() / all.size();
        }

        /** Of the orders that were created, in milliseconds. */
        private int p95() {
            int[] millis = all.stream()
                    .filter(Measured::created)
                    .mapToInt(Measured::millis)
                    .sorted()
                    .toArray();
            return millis.length == 0 ? Integer.MAX_VALUE : millis[(millis.length - 1) * 95 / 100];
        }

        private String line() {
            return "%8d %10d %9.2f %%  p95 %6d ms  %s"
                    .formatted(rate, all.size(), createdPercent(), p95(), isGood() ? "good" : "too much");
        }
    }

    List<Step> steps() {
        return steps;
    }

    /** The highest rate below the first step that was too much. */
    OptionalInt highestGoodRate() {
        int[] rates = steps.stream()
                .takeWhile(step -> step.isMeasured() && step.isGood())
                .mapToInt(Step::rate)
                .toArray();
        return Arrays.stream(rates).max();
    }

    /** A table for people. */
    String report() {
        StringBuilder report = new StringBuilder("orders/s    placed   created\n");
        steps.stream()
                .filter(Step::isMeasured)
                .forEach(step -> report.append(step.line()).append('\n'));
        highestGoodRate()
                .ifPresentOrElse(
                        rate -> report.append("highest good rate: ")
                                .append(rate)
                                .append(" orders/s\n"),
                        () -> report.append("no rate was good\n"));
        return report.toString();
    }
}
