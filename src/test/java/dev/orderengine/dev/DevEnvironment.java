package dev.orderengine.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The environment in which an engine runs against development servers. */
public final class DevEnvironment {

    /** One a JVM: engines that share a database read each other's payment tokens. */
    private static final String TOKEN_KEYS = newTokenKey();

    private DevEnvironment() {}

    /**
     * The variables that the engine reads.
     *
     * @param services where the servers are
     * @param database name of the database
     * @param publicKey file with the key that tokens are checked with
     */
    public static Map<String, String> of(Services services, String database, Path publicKey) {
        var postgres = services.postgres().endpoint();
        var providers = services.payments().options();
        var environment = new LinkedHashMap<String, String>();
        environment.put("ENGINE_DATABASE_HOST", postgres.host());
        environment.put("ENGINE_DATABASE_PORT", Integer.toString(postgres.port()));
        environment.put("ENGINE_DATABASE_NAME", database);
        environment.put("ENGINE_DATABASE_USER", postgres.user());
        environment.put("ENGINE_DATABASE_PASSWORD", postgres.password());
        environment.put("ENGINE_REDIS_URL", services.redis().url());
        environment.put("ENGINE_SQS_ENDPOINT", services.sqs().endpoint().toString());
        environment.put("ENGINE_SQS_REGION", services.sqs().region());
        environment.put("ENGINE_PAYMENTS_TOKEN_KEYS", TOKEN_KEYS);
        environment.put("ENGINE_PAYMENTS_STRIPE_BASE_URL", services.payments().stripeBaseUrl());
        environment.put("ENGINE_PAYMENTS_STRIPE_API_KEY", providers.apiKey());
        environment.put("ENGINE_PAYMENTS_STRIPE_WEBHOOK_SECRET", providers.webhookSecret());
        environment.put("ENGINE_PAYMENTS_PAYPAL_BASE_URL", services.payments().paypalBaseUrl());
        environment.put("ENGINE_PAYMENTS_PAYPAL_CLIENT_ID", providers.clientId());
        environment.put("ENGINE_PAYMENTS_PAYPAL_CLIENT_SECRET", providers.clientSecret());
        environment.put("ENGINE_PAYMENTS_PAYPAL_WEBHOOK_ID", providers.webhookId());
        environment.put(
                "ENGINE_AUTH_PUBLIC_KEY_FILE", publicKey.toAbsolutePath().toString());
        environment.put("ENGINE_AUTH_ISSUER", DevTokens.ISSUER);
        environment.put("ENGINE_AUTH_AUDIENCE", DevTokens.AUDIENCE);
        environment.put("ENGINE_NOTIFICATIONS_QUEUE", "order-events-notifications");
        environment.put("ENGINE_RATE_LIMITS_ENABLED", "false");
        environment.put("ENGINE_SMTP_HOST", services.mail().host());
        environment.put("ENGINE_SMTP_PORT", Integer.toString(services.mail().port()));
        // The SDK insists on credentials; ElasticMQ takes any.
        environment.put("AWS_ACCESS_KEY_ID", "dev");
        environment.put("AWS_SECRET_ACCESS_KEY", "dev");
        return environment;
    }

    private static String newTokenKey() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        return "dev:" + Base64.getEncoder().encodeToString(key);
    }

    /** A variable {@code TOKEN_<ROLE>} per role. */
    static Map<String, String> tokens(DevTokens tokens) {
        var variables = new LinkedHashMap<String, String>();
        for (var role : DevTokens.ROLES) {
            variables.put("TOKEN_" + role.toUpperCase(Locale.ROOT), tokens.token(role));
        }
        return variables;
    }

    /** The variables as lines that a shell can source. */
    static String exports(Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(variable -> "export " + variable.getKey() + "='" + variable.getValue() + "'\n")
                .collect(Collectors.joining());
    }

    /** Writes lines for a shell to a file, with the folders above it. */
    static void write(Path file, String exports) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, exports);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
