package dev.orderengine.payment.paypal;

import com.fasterxml.jackson.databind.ObjectReader;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.payment.ChargeOutcome;
import dev.orderengine.payment.ProviderClient;
import dev.orderengine.payment.ProviderReply;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The access token that PayPal's calls need, by OAuth 2 client credentials. Kept until shortly before it expires, and renewed by one
 * call at a time, for which only those wait who have no token that serves. Confined to one event loop.
 */
final class AccessTokens {

    private static final Logger LOG = LoggerFactory.getLogger(AccessTokens.class);

    /** A token is renewed when a tenth of its life is left. */
    private static final int TENTH = 10;

    private final ProviderClient client;
    private final EngineConfig.PayPal config;
    private final Clock clock;
    private final ObjectReader grants;

    private Token current;
    private Future<Token> renewing = Future.succeededFuture();

    AccessTokens(ProviderClient client, EngineConfig.PayPal config, PayPalJson json, Clock clock) {
        this.client = client;
        this.config = config;
        this.grants = json.reader(Grant.class);
        this.clock = clock;
    }

    /** A token that serves now; fails with {@link NoTokenException}. */
    Future<String> current() {
        Instant now = clock.instant();
        Token serving = current;
        if (serving == null || !now.isBefore(serving.expiresAt())) {
            return renewed().map(Token::value);
        }
        if (!now.isBefore(serving.renewAt())) {
            renewed().onFailure(fault -> LOG.warn("cannot renew the access token of PayPal yet", fault));
        }
        return Future.succeededFuture(serving.value());
    }

    /** PayPal takes that token no longer. */
    void refused(String token) {
        if (current != null && current.value().equals(token)) {
            current = null;
        }
    }

    private Future<Token> renewed() {
        if (renewing.isComplete()) {
            renewing = ask().onSuccess(token -> current = token);
        }
        return renewing;
    }

    private Future<Token> ask() {
        Instant asked = clock.instant();
        return client.request(HttpMethod.POST, "/v1/oauth2/token")
                .basicAuthentication(config.clientId(), config.clientSecret().value())
                .sendForm(MultiMap.caseInsensitiveMultiMap().add("grant_type", "client_credentials"))
                .map(ProviderReply::of)
                .recover(fault -> Future.failedFuture(new NoTokenException(fault.toString(), Duration.ZERO)))
                .compose(reply -> granted(reply, asked));
    }

    private Future<Token> granted(ProviderReply reply, Instant asked) {
        if (reply.status() != 200) {
            return Future.failedFuture(new NoTokenException("status " + reply.status(), patience(reply)));
        }
        return reply.<Grant>read(grants)
                .filter(Grant::isComplete)
                .map(grant -> Future.succeededFuture(grant.token(asked)))
                .orElseGet(() -> Future.failedFuture(
                        new NoTokenException("an answer that makes no sense", Duration.ofSeconds(1))));
    }

    private static Duration patience(ProviderReply reply) {
        return reply.noAnswer()
                .filter(ChargeOutcome.Unavailable.class::isInstance)
                .map(outcome -> ((ChargeOutcome.Unavailable) outcome).retryAfter())
                .orElse(Duration.ZERO);
    }

    /** There is no token, and so nothing was asked of PayPal. */
    static final class NoTokenException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final Duration retryAfter;

        NoTokenException(String reason, Duration retryAfter) {
            super("no access token: " + reason, null, false, false);
            this.retryAfter = retryAfter;
        }

        ChargeOutcome.Unavailable outcome() {
            return new ChargeOutcome.Unavailable(getMessage(), retryAfter);
        }
    }

    private record Token(String value, Instant renewAt, Instant expiresAt) {}

    private record Grant(String accessToken, long expiresIn) {

        boolean isComplete() {
            return accessToken != null && expiresIn > 0;
        }

        Token token(Instant asked) {
            Instant expiresAt = asked.plusSeconds(expiresIn);
            return new Token(accessToken, expiresAt.minusSeconds(Math.max(1, expiresIn / TENTH)), expiresAt);
        }
    }
}
