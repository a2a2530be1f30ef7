package dev.orderengine.notification;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What customers are told. Each kind has its templates in {@code /mail}. */
public enum Kind {
    ORDER_PLACED,
    PAYMENT_FAILED,
    SHIPPED,
    CANCELLED,
    REFUNDED;

    private static final Map<String, Kind> BY_EVENT = Map.of(
            "order.placed", ORDER_PLACED,
            "payment.failed", PAYMENT_FAILED,
            "fulfillment.shipped", SHIPPED,
            "order.cancelled", CANCELLED,
            "order.expired", CANCELLED,
            // Whoever was told that the order is placed must hear of its end.
            "order.rejected", CANCELLED,
            // Tells of cancelled units, or of something else that is nobody's news.
            "order.updated", CANCELLED,
            "payment.refunded", REFUNDED);

    private static final Map<String, Kind> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Kind::wire, Function.identity()));

    private final String wire = name().toLowerCase(Locale.ROOT);

    /** The name in the database, in metrics and of the templates. */
    public String wire() {
        return wire;
    }

    /** The kind of that name. */
    static Kind of(String wire) {
        return BY_WIRE.get(wire);
    }

    /** What an event of that type may be told as. */
    static Optional<Kind> ofEvent(String type) {
        return Optional.ofNullable(BY_EVENT.get(type));
    }

    /** Whether customers may be told of events of that type. */
    public static boolean concerns(String eventType) {
        return BY_EVENT.containsKey(eventType);
    }
}
