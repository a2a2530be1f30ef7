package dev.orderengine.http;

import dev.orderengine.audit.AuditEntry;
import dev.orderengine.audit.AuditVerticle;
import dev.orderengine.bus.Bus;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Records in the audit log what a request did, or was refused. Any event loop. */
final class AuditTrail {

    private static final Logger LOG = LoggerFactory.getLogger(AuditTrail.class);

    /** The actor of what was asked for without a token. */
    private static final String NOBODY = "anonymous";

    private final Bus bus;
    private final Clock clock;

    AuditTrail(Bus bus, Clock clock) {
        this.bus = bus;
        this.clock = clock;
    }

    /**
     * Records it without waiting; a failure is logged with the entry.
     *
     * @param subject what it was done to
     * @param detail never personal data, never a secret
     */
    void record(RoutingContext context, String action, String subject, String outcome, Map<String, Object> detail) {
        RequestContext request = RequestContext.of(context);
        Map<String, Object> traced = new HashMap<>(detail);
        traced.put("trace_id", request.trace().traceId());
        AuditEntry entry = new AuditEntry(
                clock.instant(),
                request.caller() == null ? NOBODY : request.caller().subject(),
                action,
                subject,
                outcome,
                request.requestId(),
                context.request().remoteAddress().hostAddress(),
                traced);
        bus.ask(AuditVerticle.APPEND, entry)
                .onFailure(fault -> LOG.error("this is not in the audit log: {}", entry, fault));
    }
}
