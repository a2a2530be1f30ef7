package dev.orderengine.http;

import dev.orderengine.audit.AuditEntry;
import dev.orderengine.audit.AuditVerticle;
import dev.orderengine.audit.AuditWriter;
import dev.orderengine.audit.Recording;
import dev.orderengine.bus.Bus;
import dev.orderengine.telemetry.LogLimit;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records in the audit log what a request did, or was refused. Any event loop. */
public final class AuditTrail {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);
    /** Of those who are not let in: a flood of them must not become one of the log. */
    private static final int REFUSED_PER_SECOND = 10;

    /** The actor of what was asked for without a token. */
    private static final String NOBODY = "anonymous";

    private final Bus bus;
    private final AuditWriter writer;
    private final Clock clock;
    private final LogLimit limit = new LogLimit(REFUSED_PER_SECOND);

    /** @param writer writes what has a transaction; the rest is sent over the bus */
    public AuditTrail(Bus bus, AuditWriter writer, Clock clock) {
        this.bus = bus;
        this.writer = writer;
        this.clock = clock;
    }

    /**
     * What is recorded of a change.
     *
     * @param detail never personal data, never a secret
     */
    record Change(String action, String subject, String outcome, Map<String, Object> detail) {}

    /**
     * Records what a transaction does for the request, in that transaction.
     *
     * @param change of what it has done; empty if that changed nothing
     */
    <T> Recording<T> recording(RoutingContext context, Function<T, Optional<Change>> change) {
        return (transaction, done) -> change.apply(done)
                .map(made -> writer.append(transaction, List.of(entry(context, made))))
                .orElseGet(Future::succeededFuture);
    }

    /**
     * Records it without waiting; a failure is logged with the entry.
     *
     * @param subject what it was done to
     * @param detail never personal data, never a secret
     */
    void record(RoutingContext context, String action, String subject, String outcome, Map<String, Object> detail) {
        AuditEntry entry = entry(context, new Change(action, subject, outcome, detail));
        bus.ask(AuditVerticle.APPEND, entry)
                .onFailure(
                        fault -> LOG.error("this is not in the audit log: {}", entry, OrderIds.logged(context), fault));
    }

    /** Records that a caller was not let in; in a flood of them only some, with how many were left out. */
    void refused(RoutingContext context, Problem problem) {
        limit.permit()
                .ifPresent(leftOut -> record(
                        context,
                        problem.status() == 401 ? "auth.sign_in" : "auth.authorize",
                        route(context),
                        "refused",
                        Map.of("reason", problem.detail(), "left_out", leftOut)));
    }

    /** The route's own name, never the path as it came. */
    private static String route(RoutingContext context) {
        return context.request().method() + " " + context.currentRoute().getPath();
    }

    private AuditEntry entry(RoutingContext context, Change change) {
        RequestContext request = RequestContext.of(context);
        Map<String, Object> traced = new HashMap<>(change.detail());
        traced.put("trace_id", request.trace().traceId());
        return new AuditEntry(
                clock.instant(),
                request.caller() == null ? NOBODY : request.caller().subject(),
                change.action(),
                change.subject(),
                change.outcome(),
                request.requestId(),
                context.request().remoteAddress().hostAddress(),
                traced);
    }
}
