package dev.orderengine.support;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;

/** Calls on one event loop, as a verticle does, what is made for verticles. */
public final class EventLoop {

    private final Context context;

    public EventLoop(Vertx vertx) {
        this.context = vertx.getOrCreateContext();
    }

    /** Asks there, and waits for the answer. */
    public <T> T ask(Supplier<Future<T>> question) {
        return Future.<T>future(
                        promise -> context.runOnContext(now -> question.get().onComplete(promise)))
                .await();
    }
}
