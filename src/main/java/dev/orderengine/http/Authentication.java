package dev.orderengine.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.orderengine.http.token.TokenKeys;
import dev.orderengine.http.token.VerifiedToken;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** Tells who calls by the bearer token. A token is verified once and remembered until it expires. Any event loop. */
public final class Authentication {

    private static final String SCHEME = "Bearer ";
    private static final int REMEMBERED_TOKENS = 20_000;

    private final TokenKeys keys;
    private final Roles roles;
    private final AuditTrail audit;
    private final Clock clock;
    private final Map<String, Caller> insiders;
    private final Cache<String, Verified> verified =
            Caffeine.newBuilder().maximumSize(REMEMBERED_TOKENS).build();

    private record Verified(Caller caller, int era) {}

    /**
     * @param keys verifies tokens by the keys that are valid now: signature, issuer, audience, times
     * @param audit is told who was not let in
     */
    public Authentication(TokenKeys keys, Roles roles, AuditTrail audit, Clock clock) {
        this(keys, roles, audit, clock, Map.of());
    }

    private Authentication(TokenKeys keys, Roles roles, AuditTrail audit, Clock clock, Map<String, Caller> insiders) {
        this.keys = keys;
        this.roles = roles;
        this.audit = audit;
        this.clock = clock;
        this.insiders = insiders;
    }

    /** One that knows a token more, which this process made up to place orders with itself. */
    Authentication knowing(String token, String subject) {
        Caller insider = new Caller(subject, EnumSet.of(Scope.ORDERS_ALL, Scope.ORDERS_WRITE), Instant.MAX);
        return new Authentication(keys, roles, audit, clock, Map.of(token, insider));
    }

    /** Lets callers with that scope pass, ends the others with 401 or 403. */
    Handler<RoutingContext> requires(Scope scope) {
        return context -> authenticate(context)
                .onSuccess(caller -> {
                    RequestContext.of(context).caller(caller);
                    if (caller.may(scope)) {
                        context.next();
                    } else {
                        refuse(context, missing(scope));
                    }
                })
                .onFailure(fault -> refuse(context, fault));
    }

    private void refuse(RoutingContext context, Throwable fault) {
        if (fault instanceof ProblemException refused) {
            audit.refused(context, refused.problem());
        }
        context.fail(fault);
    }

    private static ProblemException missing(Scope scope) {
        return new ProblemException(Problem.of(
                403, "missing_scope", "The token does not allow this", "It needs the scope " + scope.wire() + "."));
    }

    private Future<Caller> authenticate(RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Future.failedFuture(unauthenticated("There is no bearer token."));
        }
        String token = header.substring(SCHEME.length()).trim();
        Caller insider = insiders.get(token);
        if (insider != null) {
            return Future.succeededFuture(insider);
        }
        Verified known = verified.getIfPresent(token);
        if (known != null && known.caller().expiresAt().isAfter(clock.instant()) && keys.isCurrent(known.era())) {
            return Future.succeededFuture(known.caller());
        }
        // The body must not flow past while nobody reads it.
        context.request().pause();
        return keys.verify(token)
                .onComplete(done -> context.request().resume())
                .map(good -> remember(token, good))
                .recover(fault -> Future.failedFuture(
                        fault instanceof ProblemException ? fault : unauthenticated("The token is not valid.")));
    }

    private Caller remember(String token, VerifiedToken good) {
        JsonObject claims = good.claims();
        if (!(claims.getValue("sub") instanceof String subject)
                || subject.isEmpty()
                || !(claims.getValue("exp") instanceof Number expiry)) {
            throw unauthenticated("The token lacks sub or exp.");
        }
        Caller caller = new Caller(subject, roles.scopes(roles(claims)), Instant.ofEpochSecond(expiry.longValue()));
        verified.put(token, new Verified(caller, good.era()));
        return caller;
    }

    private static List<String> roles(JsonObject claims) {
        List<String> names = new ArrayList<>();
        if (claims.getValue("roles") instanceof JsonArray array) {
            array.forEach(role -> names.add(String.valueOf(role)));
        }
        return names;
    }

    private static ProblemException unauthenticated(String detail) {
        return new ProblemException(Problem.of(401, "unauthenticated", "A valid token is needed", detail));
    }
}
