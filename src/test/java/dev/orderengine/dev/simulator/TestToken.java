package dev.orderengine.dev.simulator;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The payment methods that the simulator knows, each with what a confirmation with it leads to. */
enum TestToken {
    VISA(Behaviour.SUCCEED, "", "tok_visa", "pm_card_visa"),
    DECLINED(Behaviour.DECLINE, "generic_decline", "tok_declined", "tok_chargeDeclined", "pm_card_chargeDeclined"),
    INSUFFICIENT_FUNDS(
            Behaviour.DECLINE,
            "insufficient_funds",
            "tok_insufficient_funds",
            "tok_chargeDeclinedInsufficientFunds",
            "pm_card_chargeDeclinedInsufficientFunds"),
    TIMEOUT(Behaviour.NEVER_ANSWER, "", "tok_timeout"),
    ERROR_500(Behaviour.FAIL, "", "tok_error_500"),
    SLOW_800MS(Behaviour.SUCCEED_LATE, "", "tok_slow_800ms"),
    ASYNC(Behaviour.SETTLE_BY_WEBHOOK, "", "tok_async"),
    CHARGE_THEN_TIMEOUT(Behaviour.SUCCEED_SILENTLY, "", "tok_charge_then_timeout");

    /** What a confirmation does. */
    enum Behaviour {
        SUCCEED,
        DECLINE,
        /** Nothing is charged and no answer comes, however often it is tried. */
        NEVER_ANSWER,
        FAIL,
        SUCCEED_LATE,
        SETTLE_BY_WEBHOOK,
        /** The charge is made and its answer lost; a repeat under the same key gets the answer. */
        SUCCEED_SILENTLY
    }

    private static final Map<String, TestToken> BY_NAME = Arrays.stream(values())
            .flatMap(token -> token.names.stream().map(name -> Map.entry(name, token)))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

    private final Behaviour behaviour;
    private final String declineCode;
    private final List<String> names;

    TestToken(Behaviour behaviour, String declineCode, String... names) {
        this.behaviour = behaviour;
        this.declineCode = declineCode;
        this.names = List.of(names);
    }

    static Optional<TestToken> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    Behaviour behaviour() {
        return behaviour;
    }

    /** Stripe's decline code; empty unless the behaviour is {@link Behaviour#DECLINE}. */
    String declineCode() {
        return declineCode;
    }
}
