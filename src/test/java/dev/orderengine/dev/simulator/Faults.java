package dev.orderengine.dev.simulator;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The faults in force, per provider. Thread-safe. */
public final class Faults {

    private final Map<String, Fault> byProvider = new ConcurrentHashMap<>();

    /**
     * How a provider misbehaves.
     *
     * @param latencyMs milliseconds that every call waits before it is carried out
     * @param errorRate share of calls, 0 to 1, that are answered with an error and not carried out
     * @param errorStatus the HTTP status of those errors
     * @param down whether connections are cut without an answer
     * @param mute whether calls are carried out and their answers get lost
     * @param searchLagMs milliseconds until something new is found by search, which is not immediate at Stripe either
     */
    public record Fault(
            long latencyMs, double errorRate, int errorStatus, boolean down, boolean mute, long searchLagMs) {

        /** No fault. */
        public static final Fault NONE = new Fault(0, 0, 500, false, false, 0);

        /** The provider cannot be reached. */
        public static Fault isDown() {
            return new Fault(0, 0, 500, true, false, 0);
        }

        /** Every call is carried out, and no answer comes. */
        public static Fault isMute() {
            return new Fault(0, 0, 500, false, true, 0);
        }

        /** Every call takes that much longer. */
        public static Fault slow(long latencyMs) {
            return new Fault(latencyMs, 0, 500, false, false, 0);
        }

        /** That share of calls fails. */
        public static Fault failing(double errorRate, int errorStatus) {
            return new Fault(0, errorRate, errorStatus, false, false, 0);
        }

        boolean strikes(double chance) {
            return chance < errorRate;
        }
    }

    /** Sets a provider's fault ({@code stripe}, {@code paypal}), in place of an earlier one. */
    public void set(String provider, Fault fault) {
        byProvider.put(provider, fault);
    }

    /** Ends all faults. */
    public void clear() {
        byProvider.clear();
    }

    /** The fault of a provider, {@link Fault#NONE} by default. */
    public Fault of(String provider) {
        return byProvider.getOrDefault(provider, Fault.NONE);
    }

    /** All faults that were set. */
    public Map<String, Fault> all() {
        return Map.copyOf(byProvider);
    }
}
