package dev.orderengine.dev.simulator;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** What was answered under which idempotency key. Used on the event loop only. Keys are kept until the end. */
final class IdempotencyKeys {

    private final Map<String, Entry> entries = new HashMap<>();
    private final Function<String, Reply> reused;
    private final Function<String, Reply> inUse;

    /**
     * @param reused what the provider answers to a key that was used for something else
     * @param inUse what it answers while the first call under the key runs
     */
    IdempotencyKeys(Function<String, Reply> reused, Function<String, Reply> inUse) {
        this.reused = reused;
        this.inUse = inUse;
    }

    private record Entry(long fingerprint, Reply reply) {}

    /** Carries a call out, unless its idempotency key says that this was done or is being done. */
    Future<Reply> once(Call call, Supplier<Outcome> write) {
        if (call.idempotencyKey().isEmpty()) {
            return write.get().reply();
        }
        var key = call.idempotencyKey().get();
        var instead = claim(key, call.fingerprint());
        if (instead.isPresent()) {
            return Future.succeededFuture(instead.get());
        }
        var outcome = write.get();
        outcome.toKeep().onSuccess(kept -> kept.ifPresentOrElse(reply -> keep(key, reply), () -> entries.remove(key)));
        return outcome.reply();
    }

    private Optional<Reply> claim(String key, long fingerprint) {
        var entry = entries.putIfAbsent(key, new Entry(fingerprint, null));
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.fingerprint() != fingerprint) {
            return Optional.of(reused.apply(key));
        }
        return Optional.of(
                entry.reply() == null ? inUse.apply(key) : entry.reply().asReplay());
    }

    private void keep(String key, Reply reply) {
        entries.computeIfPresent(key, (same, entry) -> new Entry(entry.fingerprint(), reply));
    }
}
