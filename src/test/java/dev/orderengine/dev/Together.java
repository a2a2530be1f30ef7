package dev.orderengine.dev;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Starts servers at the same time, and closes those that did start, also when another one failed. */
final class Together implements AutoCloseable {

    private final Map<String, CompletableFuture<? extends AutoCloseable>> starting = new LinkedHashMap<>();
    private final List<AutoCloseable> last = new ArrayList<>();
    private boolean closed;

    /** Starts a server on a thread of its own. */
    <T extends AutoCloseable> CompletableFuture<T> start(String name, Supplier<T> start) {
        var future = new CompletableFuture<T>();
        var thread = new Thread(() -> complete(future, start), "start " + name);
        thread.setDaemon(true);
        // Maven's exec:java: libraries that look for their configuration need the project's class loader.
        thread.setContextClassLoader(Together.class.getClassLoader());
        thread.start();
        starting.put(name, future);
        return future;
    }

    /** Adds something to be closed when all servers are. */
    void closeLast(AutoCloseable what) {
        last.add(what);
    }

    /** @throws IllegalStateException naming the first server that did not start */
    void awaitAll() {
        starting.forEach((name, future) -> {
            try {
                future.join();
            } catch (CompletionException e) {
                throw new IllegalStateException(
                        "Cannot start " + name + ": " + e.getCause().getMessage(), e.getCause());
            }
        });
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        var stopping = new Together();
        starting.forEach((name, future) -> stopping.start(name, () -> {
            closeStarted(future);
            return () -> {};
        }));
        RuntimeException failure = null;
        try {
            stopping.awaitAll();
        } catch (RuntimeException e) {
            failure = e;
        }
        last.forEach(Together::closeUnchecked);
        if (failure != null) {
            throw failure;
        }
    }

    private static <T> void complete(CompletableFuture<T> future, Supplier<T> start) {
        try {
            future.complete(start.get());
        } catch (Throwable e) {
            future.completeExceptionally(e);
        }
    }

    private static void closeStarted(CompletableFuture<? extends AutoCloseable> server) {
        server.handle((started, failed) -> started)
                .thenAccept(started -> {
                    if (started != null) {
                        closeUnchecked(started);
                    }
                })
                .join();
    }

    private static void closeUnchecked(AutoCloseable what) {
        try {
            what.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
