package dev.orderengine.contract;

import dev.orderengine.support.RunningEngine;

/**
 * Calls some operations in such a way that everything which the contract promises of them is seen once: statuses, problem codes,
 * headers, and fields of requests and answers.
 */
@FunctionalInterface
interface Scenario {

    /** What every scenario sends along, so that it is seen to come back. */
    String[] TRACED = {
        "X-Request-Id", "contract", "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    };

    void play(RunningEngine engine);
}
