package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.audit.AuditFilter;
import dev.orderengine.audit.AuditRecord;
import dev.orderengine.audit.AuditSeal;
import dev.orderengine.audit.AuditSearch;
import dev.orderengine.audit.AuditVerifier;
import dev.orderengine.audit.Finding;
import dev.orderengine.audit.Verification;
import dev.orderengine.audit.Verification.Reached;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The audit log: searched, exported, verified. */
final class AuditRoutes {

    private static final String SUBJECT = "audit_log";
    private static final int EXPORTED_AT_ONCE = 500;
    private static final int LONGEST_TEXT = 256;
    private static final Set<String> PARAMETERS =
            Set.of("actor", "action", "subject", "outcome", "from", "to", "limit", "cursor");

    private final AuditSearch search;
    private final AuditVerifier verifier;
    private final AuditTrail audit;
    private final JsonOut json;

    AuditRoutes(AuditSearch search, AuditVerifier verifier, AuditTrail audit, JsonOut json) {
        this.search = search;
        this.verifier = verifier;
        this.audit = audit;
        this.json = json;
    }

    /** A page, or all as a line of JSON each, as the caller's Accept says. */
    void get(RoutingContext context) {
        Query query = new Query(context, PARAMETERS);
        AuditFilter filter = new AuditFilter(
                text(query, "actor"),
                text(query, "action"),
                text(query, "subject"),
                text(query, "outcome"),
                query.time("from"),
                query.time("to"),
                query.cursor());
        int limit = query.limit();
        query.check();
        if (RequestBody.NDJSON.equals(context.getAcceptableContentType())) {
            audit.record(context, "audit.export", SUBJECT, "done", Map.of());
            export(context, filter);
        } else {
            Deadline.of(search.page(filter, limit + 1))
                    .onSuccess(found -> answer(context, found, limit))
                    .onFailure(context::fail);
        }
    }

    /** Verifies a part of the chain; the cursor of the answer leads to the next. */
    void verify(RoutingContext context) {
        Query query = new Query(context, Set.of("cursor"));
        UUID cursor = query.cursor();
        query.check();
        Reached after = cursor == null
                ? Reached.NOTHING
                : new Reached(cursor.getMostSignificantBits(), cursor.getLeastSignificantBits());
        Deadline.of(verifier.verify(after))
                .onSuccess(verification -> {
                    audit.record(
                            context,
                            "audit.verify",
                            SUBJECT,
                            verification.findings().isEmpty() ? "intact" : "broken",
                            Map.of(
                                    "links", verification.links(),
                                    "findings", verification.findings().size()));
                    Responses.json(context, 200, json.object(out -> verification(verification, out)));
                })
                .onFailure(context::fail);
    }

    private static String text(Query query, String name) {
        return query.parsed(name, AuditRoutes::storable, "text of at most " + LONGEST_TEXT + " characters");
    }

    private static String storable(String text) {
        if (text.length() > LONGEST_TEXT || JsonFields.hasUnstorable(text)) {
            throw new IllegalArgumentException("no entry has this");
        }
        return text;
    }

    private void answer(RoutingContext context, List<AuditRecord> found, int limit) {
        List<AuditRecord> page = found.size() > limit ? found.subList(0, limit) : found;
        String next = found.size() > limit ? Cursors.encode(page.get(limit - 1).cursor()) : null;
        Pages.answer(context, json, page, next, AuditRoutes::entry);
    }

    private void export(RoutingContext context, AuditFilter filter) {
        Deadline.of(search.page(filter, EXPORTED_AT_ONCE))
                .onSuccess(first -> {
                    context.response().setChunked(true).putHeader(HttpHeaders.CONTENT_TYPE, RequestBody.NDJSON);
                    RequestContext.of(context).held();
                    write(context.response(), filter, first).onFailure(context::fail);
                })
                .onFailure(context::fail);
    }

    /** One page after the other, none before the client has taken the one before. */
    private Future<Void> write(HttpServerResponse response, AuditFilter filter, List<AuditRecord> page) {
        Buffer lines = Buffer.buffer();
        page.forEach(record ->
                lines.appendBuffer(json.object(out -> entry(record, out))).appendString("\n"));
        if (page.size() < EXPORTED_AT_ONCE) {
            return response.end(lines);
        }
        AuditFilter rest = filter.before(page.get(page.size() - 1));
        return response.write(lines)
                .compose(taken -> Deadline.of(search.page(rest, EXPORTED_AT_ONCE)))
                .compose(next -> write(response, rest, next));
    }

    private static void entry(AuditRecord entry, JsonGenerator out) throws IOException {
        out.writeNumberField("id", entry.id());
        out.writeStringField("at", entry.at().toString());
        out.writeStringField("actor", entry.actor());
        out.writeStringField("action", entry.action());
        out.writeStringField("subject", entry.subject());
        out.writeStringField("outcome", entry.outcome());
        out.writeStringField("request_id", entry.requestId());
        out.writeStringField("address", entry.address());
        out.writeFieldName("detail");
        out.writeRawValue(entry.detail());
        if (entry.seal() != null) {
            seal("seal", entry.seal(), out);
        }
    }

    private static void verification(Verification verification, JsonGenerator out) throws IOException {
        out.writeBooleanField("intact", verification.findings().isEmpty());
        out.writeNumberField("links", verification.links());
        out.writeArrayFieldStart("findings");
        for (Finding finding : verification.findings()) {
            out.writeStartObject();
            out.writeStringField("finding", finding.kind().wire());
            number("position", finding.position(), out);
            number("entry_id", finding.entryId(), out);
            out.writeEndObject();
        }
        out.writeEndArray();
        if (verification.head() != null) {
            seal("head", verification.head(), out);
        }
        Reached reached = verification.reached();
        out.writeStringField(
                "next_cursor",
                reached == null ? null : Cursors.encode(new UUID(reached.position(), reached.entryId())));
    }

    private static void number(String name, long value, JsonGenerator out) throws IOException {
        if (value > 0) {
            out.writeNumberField(name, value);
        }
    }

    private static void seal(String name, AuditSeal seal, JsonGenerator out) throws IOException {
        out.writeObjectFieldStart(name);
        out.writeNumberField("position", seal.position());
        out.writeStringField("digest", HexFormat.of().formatHex(seal.digest()));
        out.writeStringField("hash", HexFormat.of().formatHex(seal.hash()));
        out.writeStringField("sealed_at", seal.sealedAt().toString());
        out.writeEndObject();
    }
}
