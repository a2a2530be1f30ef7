package dev.orderengine.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is refused. The message names every fault, so that one look at it is enough to mend them all. */
public final class ConfigException extends RuntimeException {

    private final transient List<ConfigFault> faults;

    ConfigException(List<ConfigFault> faults) {
        super(message(faults));
        this.faults = List.copyOf(faults);
    }

    /** All faults, at least one. */
    public List<ConfigFault> faults() {
        return faults;
    }

    private static String message(List<ConfigFault> faults) {
        String head = faults.size() == 1 ? "1 fault" : faults.size() + " faults";
        return faults.stream()
                .map(fault -> "\n  " + fault)
                .collect(Collectors.joining("", "The configuration has " + head + ":", ""));
    }
}
