package dev.orderengine.dev.simulator;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;

/**
 * What a POST led to.
 *
 * @param reply what the caller gets; never completes where the answer gets lost
 * @param toKeep what is kept for the idempotency key; empty where nothing was done
 */
record Outcome(Future<Reply> reply, Future<Optional<Reply>> toKeep) {

    /** Carried out and answered. */
    static Outcome of(Reply reply) {
        return later(Future.succeededFuture(reply));
    }

    /** Carried out and answered after a while. */
    static Outcome later(Future<Reply> reply) {
        return new Outcome(reply, reply.map(Optional::of));
    }

    /** Refused before anything was done: Stripe keeps no such answers. */
    static Outcome refused(Reply reply) {
        return new Outcome(Future.succeededFuture(reply), Future.succeededFuture(Optional.empty()));
    }

    /** Carried out, but the answer gets lost. */
    static Outcome unsaid(Reply reply) {
        return new Outcome(never(), Future.succeededFuture(Optional.of(reply)));
    }

    /** Not carried out and not answered. */
    static Outcome nothing() {
        return new Outcome(never(), Future.succeededFuture(Optional.empty()));
    }

    private static Future<Reply> never() {
        return Promise.<Reply>promise().future();
    }
}
