package dev.orderengine.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.authentication.AuthenticationProvider;
import io.vertx.ext.auth.authentication.TokenCredentials;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Tells who calls by the bearer token. A token is verified once and remembered until it expires. Any event loop. */
public final class Authentication {

    private static final String SCHEME = "Bearer ";
    private static final int REMEMBERED_TOKENS = 20_000;

    private final Supplier<AuthenticationProvider> keys;
    private final Roles roles;
    private final Clock clock;
    private final Cache<String, Caller> verified =
            Caffeine.newBuilder().maximumSize(REMEMBERED_TOKENS).build();

    /** @param keys verifies tokens by the keys that are valid now: signature, issuer, audience, times */
    public Authentication(Supplier<AuthenticationProvider> keys, Roles roles, Clock clock) {
        this.keys = keys;
        this.roles = roles;
        this.clock = clock;
    }

    /** Lets callers with that scope pass, ends the others with 401 or 403. */
    Handler<RoutingContext> requires(Scope scope) {
        return context -> authenticate(context)
                .onSuccess(caller -> {
                    if (!caller.may(scope)) {
                        context.fail(new ProblemException(Problem.of(
                                403,
                                "missing_scope",
                                "The token does not allow this",
                                "It needs the scope " + scope.wire() + ".")));
                        return;
                    }
                    RequestContext.of(context).caller(caller);
                    context.next();
                })
                .onFailure(context::fail);
    }

    private Future<Caller> authenticate(RoutingContext context) {
        String header = context.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return Future.failedFuture(unauthenticated("There is no bearer token."));
        }
        String token = header.substring(SCHEME.length()).trim();
        Caller known = verified.getIfPresent(token);
        if (known != null && known.expiresAt().isAfter(clock.instant())) {
            return Future.succeededFuture(known);
        }
        // The body must not flow past while nobody reads it.
        context.request().pause();
        return Future.succeededFuture(new TokenCredentials(token))
                .compose(credentials -> keys.get().authenticate(credentials))
                .onComplete(done -> context.request().resume())
                .map(user -> remember(token, user.principal(), user.attributes()))
                .recover(fault -> Future.failedFuture(
                        fault instanceof ProblemException ? fault : unauthenticated("The token is not valid.")));
    }

    private Caller remember(String token, JsonObject principal, JsonObject attributes) {
        JsonObject claims = attributes.getJsonObject("accessToken", principal);
        if (!(claims.getValue("sub") instanceof String subject)
                || subject.isEmpty()
                || !(claims.getValue("exp") instanceof Number expiry)) {
            throw unauthenticated("The token lacks sub or exp.");
        }
        Caller caller = new Caller(subject, roles.scopes(roles(claims)), Instant.ofEpochSecond(expiry.longValue()));
        verified.put(token, caller);
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
