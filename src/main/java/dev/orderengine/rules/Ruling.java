package dev.orderengine.rules;

import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelUnknownSet;
import dev.cel.runtime.CelVariableResolver;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** One evaluation in progress: what matched so far, and which facts it could not do without. */
final class Ruling implements CelVariableResolver {

    private final Facts facts;
    private final EnumSet<FactGroup> needed = EnumSet.noneOf(FactGroup.class);
    private final EnumSet<FactGroup> unanswered = EnumSet.noneOf(FactGroup.class);
    private final List<String> matched = new ArrayList<>(4);
    private Verdict verdict = Verdict.ACCEPT;
    private int highestScore;

    Ruling(Facts facts) {
        this.facts = facts;
    }

    /** Whether the condition holds; when that depends on facts not fetched, notes their groups and says no. */
    boolean holds(String id, Condition condition) {
        unanswered.clear();
        Object result = result(id, condition);
        if (result instanceof CelUnknownSet) {
            needed.addAll(unanswered);
            return false;
        }
        return (Boolean) result;
    }

    void match(String id) {
        matched.add(id);
    }

    void judge(Verdict judged) {
        verdict = verdict.or(judged);
    }

    void score(int score) {
        highestScore = Math.max(highestScore, score);
    }

    Evaluation outcome(String rulesVersion) {
        return needed.isEmpty()
                ? new Evaluation.Decided(new Decision(verdict, matched, rulesVersion, highestScore))
                : new Evaluation.NeedsFacts(needed);
    }

    /** CEL asks for a variable; an empty answer makes what depends on it unknown, and CEL knows false && unknown. */
    @Override
    @SuppressWarnings("unchecked")
    public Optional<Object> find(String variable) {
        Fact fact = Fact.named(variable);
        Optional<?> value = fact.of(facts);
        if (value.isEmpty()) {
            unanswered.add(fact.group);
        }
        return (Optional<Object>) value;
    }

    private Object result(String id, Condition condition) {
        try {
            return condition.program().eval(this);
        } catch (CelEvaluationException e) {
            throw new RuleFaultException(id, e);
        }
    }
}
