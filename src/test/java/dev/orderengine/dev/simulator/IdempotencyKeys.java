package dev.orderengine.dev.simulator;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What was answered under which idempotency key. Used on the event loop only. Keys are kept until the end. */
final class IdempotencyKeys {

    private final Map<String, Entry> entries = new HashMap<>();

    private record Entry(long fingerprint, Reply reply) {}

    /** Claims the key for a call that now runs, or says what to answer instead of running it. */
    Optional<Reply> claim(String key, long fingerprint) {
        var entry = entries.putIfAbsent(key, new Entry(fingerprint, null));
        if (entry == null) {
            return Optional.empty();
        }
        if (entry.fingerprint() != fingerprint) {
            return Optional.of(StripeErrors.idempotencyKeyReused(key));
        }
        if (entry.reply() == null) {
            return Optional.of(StripeErrors.idempotencyKeyInUse(key));
        }
        return Optional.of(entry.reply().asReplay());
    }

    /** Keeps the answer of a claimed key. */
    void keep(String key, Reply reply) {
        entries.computeIfPresent(key, (same, entry) -> new Entry(entry.fingerprint(), reply));
    }

    /** Gives a claimed key back: nothing was done under it. */
    void release(String key) {
        entries.remove(key);
    }
}
