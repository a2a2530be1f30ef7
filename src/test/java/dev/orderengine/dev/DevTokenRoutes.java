package dev.orderengine.dev;

import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code GET /dev/token?role=…&sub=…}: a token as plain text. Development only. */
public final class DevTokenRoutes implements Consumer<Router> {

    private final DevTokens tokens;

    /** @param tokens makes the tokens */
    public DevTokenRoutes(DevTokens tokens) {
        this.tokens = tokens;
    }

    @Override
    public void accept(Router router) {
        router.get("/dev/token").handler(this::answer);
    }

    private void answer(RoutingContext context) {
        var role = Optional.ofNullable(context.request().getParam("role")).orElse("");
        var response =
                context.response().putHeader("Content-Type", "text/plain").putHeader("Cache-Control", "no-store");
        if (!DevTokens.ROLES.contains(role)) {
            response.setStatusCode(400).end("role must be one of " + String.join(", ", DevTokens.ROLES) + "\n");
            return;
        }
        var subject = Optional.ofNullable(context.request().getParam("sub")).orElse(DevTokens.subjectOf(role));
        response.end(tokens.token(role, subject));
    }
}
