package dev.orderengine.config;

import java.util.List;

/** What a section of {@link EngineConfig} finds wrong with its values. */
public final class InvalidSettings extends IllegalArgumentException {

    private final transient List<Fault> faults;

    /**
     * @param component the record's component, or a path of components such as {@code payments.stripe.apiKey}
     * @param found the value, secrets masked
     * @param allowed what it may be
     */
    record Fault(String component, String found, String allowed) {}

    InvalidSettings(List<Fault> faults) {
        super(faults.toString());
        this.faults = List.copyOf(faults);
    }

    List<Fault> faults() {
        return faults;
    }
}
