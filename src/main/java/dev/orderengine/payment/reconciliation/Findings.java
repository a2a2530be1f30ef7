package dev.orderengine.payment.reconciliation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What a run has found so far: some hundred bytes for each charge of the day. Confined to one event loop. */
final class Findings {

    /** Where there are more, something is wrong as a whole, which the first ones show. */
    static final int KEPT = 1_000;

    private final List<Difference> kept = new ArrayList<>();
    private final Set<UUID> seen = new HashSet<>();
    private final Map<UUID, String> moved = new HashMap<>();
    private int compared;
    private int differences;

    /** How many payments and refunds were compared. */
    int compared() {
        return compared;
    }

    /** How many differences there are. */
    int differences() {
        return differences;
    }

    /** The first of them. */
    List<Difference> kept() {
        return List.copyOf(kept);
    }

    /** Whether the provider listed it. */
    boolean hasSeen(Ours ours) {
        return seen.contains(ours.id());
    }

    /** Compares what the provider lists with ours. @param read when the provider was asked */
    void listed(Theirs theirs, Optional<Ours> counterpart, Instant read) {
        if (counterpart.isEmpty() || isAnother(theirs, counterpart.get())) {
            if (theirs.isMoney()) {
                compared++;
                add(Difference.onlyAtProvider(theirs));
            }
            return;
        }
        Ours ours = counterpart.get();
        if (seen.add(ours.id())) {
            compared++;
        }
        ComparisonDecider.compare(ours, theirs, read).ifPresent(this::add);
    }

    /** Compares ours, which was not listed, with what the provider has under its name. @param found empty if there is nothing */
    void lookedUp(Ours ours, Optional<Theirs> found, Instant read) {
        if (!ours.updatedAt().isBefore(read)) {
            return;
        }
        compared++;
        found.map(theirs -> ComparisonDecider.compare(ours, theirs, read))
                .orElseGet(() -> Optional.of(Difference.onlyWithUs(ours)))
                .ifPresent(this::add);
    }

    /** Whether it is not what we know, but one more of the same. */
    private boolean isAnother(Theirs theirs, Ours ours) {
        if (theirs.knownAs() != null && ours.ref() != null && !theirs.knownAs().equals(ours.ref())) {
            return true;
        }
        if (theirs.standing() != Standing.MOVED) {
            return false;
        }
        String first = moved.putIfAbsent(ours.id(), theirs.ref());
        return first != null && !first.equals(theirs.ref());
    }

    private void add(Difference difference) {
        differences++;
        if (kept.size() < KEPT) {
            kept.add(difference);
        }
    }
}
