package dev.orderengine;

import dev.orderengine.audit.AuditAnchors;
import dev.orderengine.audit.AuditSealVerticle;
import dev.orderengine.audit.AuditSealer;
import dev.orderengine.audit.AuditSearch;
import dev.orderengine.audit.AuditVerifier;
import dev.orderengine.audit.AuditVerticle;
import dev.orderengine.audit.AuditWriter;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.http.AuditTrail;
import dev.orderengine.http.RateLimits;
import dev.orderengine.limit.RateLimiter;
import dev.orderengine.redis.RedisCalls;

/** How often callers may call, and how what they do is recorded. */
final class SecurityParts {

    private final Foundation on;
    private final AuditWriter writer;
    private final AuditTrail trail;

    SecurityParts(Foundation on) {
        this.on = on;
        this.writer = new AuditWriter(on.json());
        this.trail = new AuditTrail(on.bus(), writer, on.clock());
    }

    /** Records what requests do. */
    AuditTrail trail() {
        return trail;
    }

    /** Appends what is recorded outside a transaction. */
    AuditVerticle appending() {
        return new AuditVerticle(on.bus(), on.database().writers(), writer, on.metrics());
    }

    /** Chains what was appended, and keeps the chain's head elsewhere. */
    AuditSealVerticle sealing() {
        EngineConfig.Audit audit = on.config().audit();
        return new AuditSealVerticle(
                new AuditSealer(on.database().transactions(), on.clock(), on.metrics()),
                anchors(),
                audit.sealInterval(),
                audit.anchorInterval(),
                on.metrics());
    }

    AuditSearch search() {
        return new AuditSearch(on.database().readers());
    }

    AuditVerifier verifier() {
        return new AuditVerifier(on.vertx(), on.database().readers(), anchors());
    }

    RateLimits limits(RedisCalls redis) {
        return new RateLimits(on.config().rateLimits(), new RateLimiter(on.vertx(), redis, on.metrics()), on.metrics());
    }

    private AuditAnchors anchors() {
        return new AuditAnchors(
                on.vertx(), on.database().readers(), on.config().audit().anchorFile(), on.json(), on.clock());
    }
}
