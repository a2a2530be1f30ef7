package dev.orderengine.http;

/**
 * What became of one order of a batch: exactly one of outcome and problem is there.
 *
 * @param key null if the order had none that would do
 */
record BatchResult(String key, OrderIntake.Outcome outcome, Problem problem) {

    static BatchResult of(String key, OrderIntake.Outcome outcome) {
        return outcome instanceof OrderIntake.Outcome.KeyReused
                ? of(key, IdempotencyKeys.reused())
                : new BatchResult(key, outcome, null);
    }

    static BatchResult of(String key, Problem problem) {
        return new BatchResult(key, null, problem);
    }

    /** Whether the order was not placed, or may not have been, for something was away. */
    boolean isUnavailable() {
        return problem != null && problem.status() == 503;
    }
}
