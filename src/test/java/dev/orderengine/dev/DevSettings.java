package dev.orderengine.dev;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the launcher serves, and where.
 *
 * @param servicesOnly whether the engine is left out
 * @param ports the services' ports, 0 for free ones
 * @param httpPort the engine's API
 * @param managementPort the engine's health and metrics
 * @param tokenPort {@code /dev/token} where the engine is left out
 */
record DevSettings(boolean servicesOnly, Services.Ports ports, int httpPort, int managementPort, int tokenPort) {

    static final String SERVICES_ONLY = "--services-only";

    /** @throws IllegalArgumentException naming the argument or variable that cannot be read */
    static DevSettings of(List<String> arguments, Map<String, String> environment) {
        for (var argument : arguments) {
            if (!argument.equals(SERVICES_ONLY)) {
                throw new IllegalArgumentException("Unknown argument " + argument + "; there is " + SERVICES_ONLY);
            }
        }
        return new DevSettings(
                arguments.contains(SERVICES_ONLY),
                new Services.Ports(
                        port(environment, "DEV_POSTGRES_PORT", 15432),
                        port(environment, "DEV_REDIS_PORT", 16379),
                        port(environment, "DEV_SQS_PORT", 9324),
                        port(environment, "DEV_SIMULATOR_PORT", 8089),
                        port(environment, "DEV_SMTP_PORT", 1025)),
                port(environment, "ENGINE_HTTP_PORT", 8080),
                port(environment, "ENGINE_HTTP_MANAGEMENT_PORT", 8081),
                port(environment, "DEV_TOKEN_PORT", 8090));
    }

    /** The ports that must be free now, by the variable that changes them. */
    Map<String, Integer> needed() {
        var needed = new LinkedHashMap<String, Integer>();
        needed.put("DEV_POSTGRES_PORT", ports.postgres());
        needed.put("DEV_REDIS_PORT", ports.redis());
        needed.put("DEV_SQS_PORT", ports.sqs());
        needed.put("DEV_SIMULATOR_PORT", ports.simulator());
        needed.put("DEV_SMTP_PORT", ports.smtp());
        if (servicesOnly) {
            needed.put("DEV_TOKEN_PORT", tokenPort);
        } else {
            needed.put("ENGINE_HTTP_PORT", httpPort);
            needed.put("ENGINE_HTTP_MANAGEMENT_PORT", managementPort);
        }
        return needed;
    }

    private static int port(Map<String, String> environment, String variable, int standard) {
        var value = Optional.ofNullable(environment.get(variable));
        try {
            return value.map(Integer::valueOf).orElse(standard);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(variable + " must be a port number, not " + value.orElseThrow(), e);
        }
    }
}
