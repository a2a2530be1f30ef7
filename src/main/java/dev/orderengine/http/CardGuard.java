package dev.orderengine.http;

import dev.orderengine.card.CardNumbers;
import dev.orderengine.order.Fault;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Refuses a request that carries a card number in its path, its query or a header; {@link RequestBody} does the same for bodies. What
 * providers send is signed, and must not be lost for a number in it that only looks so: nothing of it is kept but what is masked.
 */
final class CardGuard implements Handler<RoutingContext> {

    private static final String WEBHOOKS = Paths.BASE + "/webhooks/";

    /** Hexadecimal digits and signatures, which their readers check: one in some thousand looks like a card number. */
    private static final Set<String> UNSUSPECTED = Set.of("authorization", "traceparent", "tracestate");

    @Override
    public void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        List<Fault> cards = new ArrayList<>(0);
        findInHeaders(request, cards);
        if (CardNumbers.appearIn(decoded(request.path()))) {
            cards.add(card("path"));
        }
        if (request.query() != null) {
            findInQuery(context, cards);
        }
        if (cards.isEmpty() || request.path().startsWith(WEBHOOKS)) {
            context.next();
        } else {
            context.fail(new ProblemException(Problem.badRequest(cards)));
        }
    }

    private static void findInHeaders(HttpServerRequest request, List<Fault> cards) {
        for (Map.Entry<String, String> header : request.headers()) {
            if (CardNumbers.appearIn(header.getKey())) {
                cards.add(card("header"));
            } else if (CardNumbers.appearIn(header.getValue())
                    && !UNSUSPECTED.contains(header.getKey().toLowerCase(Locale.ROOT))) {
                cards.add(card("header/" + header.getKey()));
            }
        }
    }

    private static void findInQuery(RoutingContext context, List<Fault> cards) {
        for (Map.Entry<String, String> parameter : context.queryParams()) {
            if (CardNumbers.appearIn(parameter.getKey())) {
                cards.add(card("query"));
            } else if (CardNumbers.appearIn(parameter.getValue())) {
                cards.add(card("query/" + parameter.getKey()));
            }
        }
    }

    private static String decoded(String path) {
        return path.indexOf('%') < 0 ? path : QueryStringDecoder.decodeComponent(path, StandardCharsets.UTF_8);
    }

    private static Fault card(String pointer) {
        return new Fault(pointer, "card_number_not_allowed", "looks like a card number");
    }
}
