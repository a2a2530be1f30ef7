package dev.orderengine.telemetry;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The answer to a health probe.
 *
 * @param status the worst of the checks'
 * @param checks what was asked
 */
public record HealthReport(Status status, List<Check> checks) {

    /** From best to worst. */
    public enum Status {
        UP,
        DEGRADED,
        DOWN
    }

    /**
     * One check.
     *
     * @param id its name
     * @param status what it found
     * @param data why, in public words: addresses and error texts are for the log only
     */
    public record Check(
            String id,
            Status status,
            @JsonInclude(Include.NON_EMPTY) Map<String, String> data) {}

    static HealthReport of(List<Check> checks) {
        Status worst = checks.stream()
                .map(Check::status)
                .max(Comparator.naturalOrder())
                .orElse(Status.UP);
        return new HealthReport(worst, checks);
    }

    /** Whether whoever asks may count on the engine; degraded is good enough. */
    public boolean passes() {
        return status != Status.DOWN;
    }
}
