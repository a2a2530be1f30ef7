package dev.orderengine.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * What was written for a key.
 *
 * @param where file and line, variable, or "default"
 * @param items one for a scalar, none for nothing
 * @param sequence whether it was written as a list
 */
record Setting(String where, List<String> items, boolean sequence) {

    /** Blank text means that nothing is set. */
    static Setting scalar(String where, String text) {
        String trimmed = text.strip();
        return new Setting(where, trimmed.isEmpty() ? List.of() : List.of(trimmed), false);
    }

    static Setting nothing(String where) {
        return new Setting(where, List.of(), false);
    }

    /** The same, said to be somewhere else. */
    Setting at(String place) {
        return new Setting(place, items, sequence);
    }

    boolean isNothing() {
        return items.isEmpty() && !sequence;
    }

    /** The items of a list; a scalar is split at its commas. */
    Stream<String> elements() {
        return sequence
                ? items.stream()
                : items.stream().flatMap(text -> Stream.of(text.split(",", -1))).map(String::strip);
    }

    @Override
    public String toString() {
        if (isNothing()) {
            return "nothing";
        }
        return sequence ? items.toString() : '"' + items.get(0) + '"';
    }
}
