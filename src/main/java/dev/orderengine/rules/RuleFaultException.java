package dev.orderengine.rules;

/**
 * A rule that passed all checks at load but fails on an order: a missing key of a map, a division by zero. The order
 * must not be waved through: it is refused until the rule is mended.
 */
public final class RuleFaultException extends RuntimeException {
    RuleFaultException(String ruleId, Throwable cause) {
        super("rule " + ruleId + " fails: " + cause.getMessage(), cause);
    }
}
