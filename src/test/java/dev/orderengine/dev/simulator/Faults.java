package dev.orderengine.dev.simulator;

import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The faults in force, per provider. Thread-safe. */
public final class Faults {

    private final Map<String, Fault> byProvider = new ConcurrentHashMap<>();

    /** What gets lost of a call. */
    public enum Loss {
        NOTHING,
        /** The connection is cut before the call is carried out. */
        CONNECTION,
        /** The connection is cut after the call was carried out. */
        CONNECTION_AFTERWARDS,
        /** The call is not carried out, and not answered. */
        CALL,
        /** The call is carried out, and not answered. */
        ANSWER,
        /** The call is carried out, and what is answered makes no sense. */
        SENSE
    }

    /**
     * How a provider misbehaves.
     *
     * @param latencyMs milliseconds that every call waits before it is carried out
     * @param errorRate share of calls, 0 to 1, that are answered with an error and not carried out
     * @param errorStatus the HTTP status of those errors; 429 asks for a wait of two seconds
     * @param loss what gets lost of every call
     * @param searchLagMs milliseconds until something new is found by search, which is not immediate at providers either
     * @param writesOnly whether calls that change nothing are spared
     */
    public record Fault(
            long latencyMs, double errorRate, int errorStatus, Loss loss, long searchLagMs, boolean writesOnly) {

        /** No fault. */
        public static final Fault NONE = new Fault(0, 0, 500, Loss.NOTHING, 0, false);

        /** The provider cannot be reached. */
        public static Fault isDown() {
            return losing(Loss.CONNECTION);
        }

        /** Every call is carried out, and no answer comes. */
        public static Fault isMute() {
            return losing(Loss.ANSWER);
        }

        /** That gets lost of every call. */
        public static Fault losing(Loss loss) {
            return new Fault(0, 0, 500, loss, 0, false);
        }

        /** Every call takes that much longer. */
        public static Fault slow(long latencyMs) {
            return new Fault(latencyMs, 0, 500, Loss.NOTHING, 0, false);
        }

        /** That share of calls fails. */
        public static Fault failing(double errorRate, int errorStatus) {
            return new Fault(0, errorRate, errorStatus, Loss.NOTHING, 0, false);
        }

        /** Search finds what is new that much later. */
        public static Fault searchLagging(long searchLagMs) {
            return new Fault(0, 0, 500, Loss.NOTHING, searchLagMs, false);
        }

        /** The same, but calls that change nothing are spared. */
        public Fault onWrites() {
            return new Fault(latencyMs, errorRate, errorStatus, loss, searchLagMs, true);
        }

        Fault on(HttpMethod method) {
            return writesOnly && method.equals(HttpMethod.GET) ? NONE : this;
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
