package dev.orderengine.order;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the constants of an enum by their names in JSON, to the letter: another case is another name. */
final class WireNames<E extends Enum<E>> {

    private final Map<String, E> constants;

    WireNames(E[] constants, Function<E, String> wire) {
        this.constants = Arrays.stream(constants).collect(Collectors.toUnmodifiableMap(wire, Function.identity()));
    }

    /** @throws IllegalArgumentException if none has that name */
    E find(String wire) {
        E constant = constants.get(wire);
        if (constant == null) {
            throw new IllegalArgumentException("none is called " + wire);
        }
        return constant;
    }
}
