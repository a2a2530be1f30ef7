package dev.orderengine.rules;

import java.util.List;

/**
 * What the rules say of an order; kept with it.
 *
 * @param verdict the most severe of all matches; {@code ACCEPT} when there was none
 * @param matchedRules the ids of the rules that matched, in the order of the file, each followed by its matching signals
 *     and checks as {@code <rule>/<group>.<id>}: {@code SYS.05.01}, {@code SYS.05.01/fraud.first-order}
 * @param rulesVersion the version of the rules that decided
 * @param score the highest score that a matching rule gave, 0 when none was asked for one
 */
public record Decision(Verdict verdict, List<String> matchedRules, String rulesVersion, int score) {

    /** Copies the list. */
    public Decision {
        matchedRules = List.copyOf(matchedRules);
    }
}
