package dev.orderengine.rules;

import java.util.Set;

/** What came of evaluating the rules over the facts at hand. */
public sealed interface Evaluation {

    /** The facts were enough. */
    record Decided(Decision decision) implements Evaluation {}

    /**
     * The decision depends on facts that were not given: fetch these groups, all at once, and evaluate again. Never
     * empty. At most two rounds follow, as a rule's gate may ask for one group and its checks for another.
     */
    record NeedsFacts(Set<FactGroup> groups) implements Evaluation {

        /** Copies the set. */
        public NeedsFacts {
            groups = Set.copyOf(groups);
        }
    }
}
