package dev.orderengine.dev;

import java.time.Duration;
import java.util.Map;

/** What the launcher prints when all is ready. */
final class DevGreeting {

    private static final String WITH_ENGINE = """

            Ready after %.1f s. Ctrl-C stops everything.

              API           http://localhost:%d/api/v1
              Health        http://localhost:%d/health/ready
              Metrics       http://localhost:%d/metrics
            %s
            Place an order:

              curl -s http://localhost:%d/api/v1/orders \\
                -H "Authorization: Bearer $(curl -s 'http://localhost:%d/dev/token?role=service')" \\
                -H 'Content-Type: application/json' -H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)" \\
                -d '{"customer_id": "c-1001", "items": [{"product_id": "sku-0001", "quantity": 2}],
                     "payment_method": "credit_card", "payment_token": "tok_visa"}'

            Tokens, good for 24 hours (more: http://localhost:%d/dev/token?role=…&sub=…):

            %s""";

    private static final String SERVICES_ONLY = """

            Services ready after %.1f s. Ctrl-C stops them.

            %s
            Run engines against them, after: source target/dev.env
            (the next lines; more tokens: http://localhost:%d/dev/token?role=…&sub=…)

            %s""";

    private static final String SERVERS = """
              Postgres      %s (user %s)
              Redis         %s
              SQS           %s
              Payments      %s
              Mail (SMTP)   %s:%d
            """;

    private DevGreeting() {}

    static String of(
            DevSettings settings, Services services, DevTokens tokens, Map<String, String> variables, Duration took) {
        var seconds = took.toMillis() / 1000.0;
        if (settings.servicesOnly()) {
            return SERVICES_ONLY.formatted(
                    seconds, servers(services), settings.tokenPort(), DevEnvironment.exports(variables));
        }
        var api = settings.httpPort();
        return WITH_ENGINE.formatted(
                seconds,
                api,
                api,
                settings.managementPort(),
                servers(services),
                api,
                api,
                api,
                DevEnvironment.exports(DevEnvironment.tokens(tokens)));
    }

    private static String servers(Services services) {
        var postgres = services.postgres().endpoint();
        return SERVERS.formatted(
                postgres.jdbcUrl("order_engine"),
                postgres.user(),
                services.redis().url(),
                services.sqs().endpoint(),
                services.payments().stripeBaseUrl(),
                services.mail().host(),
                services.mail().port());
    }
}
