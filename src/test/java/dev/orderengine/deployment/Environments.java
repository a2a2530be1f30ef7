package dev.orderengine.deployment;

import dev.orderengine.config.ConfigLoader;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.secrets.SecretStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.Yaml;

/** What {@code deploy/} tells an engine in each environment, read as the engine reads it, and what the infrastructure gives it there. */
final class Environments {

    /** Whose values stand in no file; the engine only asks that they are there. */
    private static final String SECRET = "secret";

    /** In order-engine-secrets, whose values are in Secrets Manager. */
    private static final Map<String, String> SECRETS = Map.of(
            "ENGINE_DATABASE_PASSWORD", SECRET,
            "ENGINE_PAYMENTS_TOKEN_KEYS", "k1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "ENGINE_PAYMENTS_STRIPE_API_KEY", SECRET,
            "ENGINE_PAYMENTS_STRIPE_WEBHOOK_SECRET", SECRET);

    /** In order-engine-database-owner. */
    private static final Map<String, String> OWNER = Map.of("ENGINE_DATABASE_MIGRATION_PASSWORD", SECRET);

    private static final Path DEPLOY = Path.of("deploy");
    private static final Path TERRAFORM = DEPLOY.resolve("terraform");
    private static final Pattern QUEUES = Pattern.compile("toset\\(\\[(.*)]\\)");
    private static final Pattern QUOTED = Pattern.compile("\"([^\"]+)\"");
    private static final Pattern MAX_CONNECTIONS =
            Pattern.compile("name\\s*=\\s*\"max_connections\"\\s*value\\s*=\\s*\"(\\d+)\"");
    private static final Pattern DEFAULTED = Pattern.compile("\\$\\{[A-Z_]+:-(.*)}");

    private Environments() {}

    /** The settings of an overlay, with those of the base below them, and its secrets. */
    static EngineConfig kubernetes(String environment, Path nowhere) throws IOException {
        Map<String, String> variables = new HashMap<>(SECRETS);
        variables.putAll(OWNER);
        variables.putAll(literals(DEPLOY.resolve("kubernetes/base/kustomization.yaml")));
        variables.putAll(literals(DEPLOY.resolve("kubernetes/overlays/" + environment + "/kustomization.yaml")));
        return load(variables, nowhere);
    }

    /** The settings of the service on Cloud Run; its secrets are named there. */
    static EngineConfig cloudRun(Path nowhere) throws IOException {
        Map<?, ?> container = (Map<?, ?>) at(cloudRunService(), "spec", "template", "spec", "containers", 0);
        Map<String, String> variables = new HashMap<>();
        for (Object each : (List<?>) container.get("env")) {
            Map<?, ?> variable = (Map<?, ?>) each;
            String name = variable.get("name").toString();
            Object value = variable.get("value");
            variables.put(name, value == null ? SECRETS.getOrDefault(name, SECRET) : value.toString());
        }
        return load(variables, nowhere);
    }

    static Object cloudRunService() throws IOException {
        return yaml(DEPLOY.resolve("cloudrun/service.yaml")).get(0);
    }

    /** The settings of the laptop's engine. */
    static EngineConfig compose(Path nowhere) throws IOException {
        Map<String, String> variables = new HashMap<>();
        Object compose = yaml(DEPLOY.resolve("compose.yaml")).get(0);
        ((Map<?, ?>) at(compose, "services", "engine", "environment")).forEach((name, value) -> {
            if (value != null) {
                variables.put(
                        name.toString(), DEFAULTED.matcher(value.toString()).replaceAll("$1"));
            }
        });
        return load(variables, nowhere);
    }

    /** The documents of a file of the base. */
    static List<Object> base(String file) throws IOException {
        return yaml(DEPLOY.resolve("kubernetes/base/" + file));
    }

    static Object overlay(String environment) throws IOException {
        return yaml(DEPLOY.resolve("kubernetes/overlays/" + environment + "/kustomization.yaml"))
                .get(0);
    }

    /** The queues, without those of dead letters, that Terraform makes in an environment. */
    static List<String> queuesOf(String environment) throws IOException {
        String module = Files.readString(TERRAFORM.resolve("modules/queue/main.tf"));
        String prefix = nameOf(environment) + "-";
        List<String> names = new ArrayList<>();
        for (Matcher name = QUOTED.matcher(found(QUEUES, module)); name.find(); ) {
            names.add(prefix + name.group(1));
        }
        return names;
    }

    /** How many connections PostgreSQL takes. */
    static int maxConnections() throws IOException {
        return Integer.parseInt(
                found(MAX_CONNECTIONS, Files.readString(TERRAFORM.resolve("modules/database/main.tf"))));
    }

    /** A value below keys and positions. */
    static Object at(Object value, Object... path) {
        Object found = value;
        for (Object step : path) {
            found = step instanceof Integer position ? ((List<?>) found).get(position) : ((Map<?, ?>) found).get(step);
        }
        return found;
    }

    private static String nameOf(String environment) throws IOException {
        return found(Pattern.compile("name = \"(.*)\""), Files.readString(TERRAFORM.resolve("main.tf")))
                .replace("${var.environment}", environment);
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalStateException("nothing like " + pattern + " in\n" + text);
        }
        return matcher.group(1);
    }

    private static Map<String, String> literals(Path kustomization) throws IOException {
        Map<String, String> literals = new HashMap<>();
        Object generator = at(yaml(kustomization).get(0), "configMapGenerator", 0, "literals");
        for (Object literal : (List<?>) generator) {
            String[] parts = literal.toString().split("=", 2);
            literals.put(parts[0], parts[1]);
        }
        return literals;
    }

    private static EngineConfig load(Map<String, String> variables, Path nowhere) {
        return ConfigLoader.load(nowhere, variables, SecretStores::open);
    }

    private static List<Object> yaml(Path file) throws IOException {
        List<Object> documents = new ArrayList<>();
        new Yaml().loadAll(Files.readString(file)).forEach(documents::add);
        return documents;
    }
}
