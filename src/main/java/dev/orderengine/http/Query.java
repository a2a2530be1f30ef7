package dev.orderengine.http;

import dev.orderengine.order.Fault;
import io.vertx.ext.web.RoutingContext;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The query of a request, read with every fault noted. */
final class Query {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,10}");

    private final RoutingContext context;
    private final List<Fault> faults = new ArrayList<>();

    /** @param allowed the parameters there may be; any other is a fault */
    Query(RoutingContext context, Set<String> allowed) {
        this.context = context;
        for (String name : context.queryParams().names()) {
            if (!allowed.contains(name)) {
                faults.add(new Fault(
                        "query/" + name,
                        "unknown_parameter",
                        "is not known here; known are "
                                + allowed.stream().sorted().toList()));
            }
        }
    }

    /** Ends the request if there were faults. */
    void check() {
        if (!faults.isEmpty()) {
            throw new ProblemException(Problem.badRequest(faults));
        }
    }

    int limit() {
        return integer("limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
    }

    int integer(String name, int otherwise, int min, int max) {
        Integer value = parsed(name, Query::wholeNumber, "a whole number from " + min + " to " + max);
        if (value == null) {
            return otherwise;
        }
        if (value < min || value > max) {
            faults.add(new Fault("query/" + name, "out_of_range", "must be from " + min + " to " + max));
        }
        return value;
    }

    /** A time that an order may carry: the ids, and Postgres, do not reach further. */
    Instant time(String name) {
        Instant time =
                parsed(name, text -> OffsetDateTime.parse(text).toInstant(), "a time such as 2026-01-31T12:00:00.000Z");
        if (time != null && (time.isBefore(EARLIEST) || time.isAfter(LATEST))) {
            faults.add(new Fault("query/" + name, "out_of_range", "must be from " + EARLIEST + " to " + LATEST));
        }
        return time;
    }

    /** The id of a customer or a product. */
    String identifier(String name) {
        String value = text(name);
        if (value != null && !Identifiers.FORM.matcher(value).matches()) {
            faults.add(new Fault("query/" + name, "invalid_format", "must match " + Identifiers.FORM.pattern()));
        }
        return value;
    }

    /** The ids of products that a parameter names, each time that it stands there: one to so many, each once. */
    List<String> identifiers(String name, int max) {
        List<String> values = context.queryParam(name).stream().distinct().toList();
        if (values.isEmpty() || values.size() > max) {
            faults.add(new Fault("query/" + name, "out_of_range", "must be there 1 to " + max + " times"));
        }
        values.stream()
                .filter(value -> !Identifiers.FORM.matcher(value).matches())
                .forEach(value -> faults.add(
                        new Fault("query/" + name, "invalid_format", "must match " + Identifiers.FORM.pattern())));
        return values;
    }

    UUID cursor() {
        return parsed("cursor", Cursors::decode, "the next_cursor of the page before");
    }

    /** Where a stream goes on: what a client that comes back says, else {@code after}; null if it is not there or a fault. */
    <T> T resumption(Function<String, T> parser, String allowed) {
        T after = parsed("after", parser, allowed);
        T last = parsed("header/Last-Event-ID", context.request().getHeader("Last-Event-ID"), parser, allowed);
        return last == null ? after : last;
    }

    /** The value turned into something else; null if it is not there or a fault. */
    <T> T parsed(String name, Function<String, T> parser, String allowed) {
        return parsed("query/" + name, text(name), parser, allowed);
    }

    private <T> T parsed(String pointer, String value, Function<String, T> parser, String allowed) {
        if (value == null) {
            return null;
        }
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException | DateTimeParseException e) {
            faults.add(new Fault(pointer, "invalid_value", "must be " + allowed));
            return null;
        }
    }

    /** Of the digits 0 to 9 only; Java's own reader takes those of all scripts. */
    static int wholeNumber(String text) {
        if (!WHOLE_NUMBER.matcher(text).matches()) {
            throw new NumberFormatException("no whole number");
        }
        return Integer.parseInt(text);
    }

    /** The value; null if it is not there. One that is sent twice is a fault: two readers could read two values. */
    String text(String name) {
        List<String> values = context.queryParam(name);
        if (values.size() > 1) {
            faults.add(new Fault("query/" + name, "out_of_range", "must be there once"));
        }
        return values.isEmpty() ? null : values.get(0);
    }
}
