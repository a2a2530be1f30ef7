package dev.orderengine.http;

import dev.orderengine.order.Fault;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a writer expects of the thing as it is (RFC 9110, section 13): {@code If-Match} names the versions that may be replaced,
 * {@code If-None-Match: *} says that there must be nothing yet.
 *
 * @param ifMatch null if not sent
 * @param ifNoneMatch null if not sent
 */
record Preconditions(String ifMatch, String ifNoneMatch) {

    private static final Pattern TAGS = Pattern.compile("\\*|(?:W/)?\"[^\"]*\"(?:\\s*,\\s*(?:W/)?\"[^\"]*\")*");

    private static final Pattern VERSION = Pattern.compile("^\"(\\w+)\"$");

    /** @throws ProblemException 400 when a header is no list of entity tags */
    static Preconditions of(RoutingContext context) {
        List<Fault> faults = new ArrayList<>();
        Preconditions preconditions =
                new Preconditions(tags(context, "If-Match", faults), tags(context, "If-None-Match", faults));
        if (!faults.isEmpty()) {
            throw new ProblemException(Problem.badRequest(faults));
        }
        return preconditions;
    }

    /**
     * As {@link #of}, where a writer must say which version he changes.
     *
     * @throws ProblemException 428 when {@code If-Match} is absent
     */
    static Preconditions required(RoutingContext context) {
        Preconditions preconditions = of(context);
        if (preconditions.ifMatch == null) {
            throw new ProblemException(Problem.of(
                    428,
                    "precondition_required",
                    "The call needs If-Match",
                    "Read it first, and send its ETag in the header If-Match."));
        }
        return preconditions;
    }

    /** @param version of the thing as it is; empty if there is none */
    boolean allow(Optional<String> version) {
        Optional<String> etag = version.map(Responses::etag);
        return (ifMatch == null || etag.filter(this::isNamed).isPresent())
                && etag.filter(tag -> Responses.matches(ifNoneMatch, tag)).isEmpty();
    }

    /** The versions that {@code If-Match} names, {@code *} for any; empty if it was not sent. Weak tags name none. */
    List<String> required() {
        return named(ifMatch, "");
    }

    /** The versions that {@code If-None-Match} names, {@code *} for any; empty if it was not sent. */
    List<String> excluded() {
        return named(ifNoneMatch, "W/");
    }

    private static List<String> named(String header, String dropped) {
        return header == null
                ? List.of()
                : Arrays.stream(header.split(","))
                        .map(tag -> tag.trim().replaceFirst("^" + dropped, ""))
                        .map(tag -> VERSION.matcher(tag).replaceFirst("$1"))
                        .toList();
    }

    static Problem failed() {
        return Problem.of(
                412,
                "precondition_failed",
                "It is not in the version that the request expects",
                "Read it again, and decide anew: its ETag is another one, or it exists already, or not at all.");
    }

    /** Weak tags never do for If-Match. */
    private boolean isNamed(String etag) {
        for (String tag : ifMatch.split(",")) {
            if (tag.trim().equals("*") || tag.trim().equals(etag)) {
                return true;
            }
        }
        return false;
    }

    private static String tags(RoutingContext context, String header, List<Fault> faults) {
        String value = context.request().getHeader(header);
        if (value != null && !TAGS.matcher(value.trim()).matches()) {
            faults.add(new Fault("header/" + header, "invalid_format", "must be * or entity tags such as \"7\""));
        }
        return value;
    }
}
