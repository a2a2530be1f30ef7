package dev.orderengine.config;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with the values of a section, and throws once. */
final class Check {

    private final List<InvalidSettings.Fault> faults = new ArrayList<>();

    Check range(String component, long value, long min, long max) {
        return that(
                value >= min && value <= max,
                component,
                String.valueOf(value),
                "a whole number, " + min + " to " + max);
    }

    /** Refuses NaN too. */
    Check range(String component, double value, double min, double max) {
        return that(value >= min && value <= max, component, String.valueOf(value), "a number, " + min + " to " + max);
    }

    Check range(String component, Duration value, Duration min, Duration max) {
        boolean within = value != null && value.compareTo(min) >= 0 && value.compareTo(max) <= 0;
        return that(within, component, shown(value), "a duration, " + min + " to " + max);
    }

    /** An absent URL passes: whether it is needed depends on the roles. */
    Check url(String component, URI value, String... schemes) {
        boolean sound =
                value == null || (value.getHost() != null && List.of(schemes).contains(value.getScheme()));
        String found = value == null ? shown(null) : Masking.url(value.toString());
        return that(sound, component, found, "a URL with a host, " + String.join(":// or ", schemes) + "://");
    }

    Check required(String component, Object value, String allowed) {
        return that(value != null, component, shown(value), allowed);
    }

    Check that(boolean sound, String component, String found, String allowed) {
        if (!sound) {
            faults.add(new InvalidSettings.Fault(component, found, allowed));
        }
        return this;
    }

    /** @throws InvalidSettings when anything was wrong */
    void done() {
        if (!faults.isEmpty()) {
            throw new InvalidSettings(faults);
        }
    }

    private static String shown(Object value) {
        return value == null ? "nothing" : value.toString();
    }
}
