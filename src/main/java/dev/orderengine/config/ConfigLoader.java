package dev.orderengine.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Reads the settings in layers, each over the one before: the defaults ({@code conf/application.yaml} in the jar), the file of the
 * installation, the environment, the stores of secrets. Every fault of every layer is found before the configuration is refused.
 */
public final class ConfigLoader {

    /** Names the file of the installation; without it {@code conf/application.yaml} is read if it is there. */
    public static final String FILE_VARIABLE = "ENGINE_CONFIG";

    /** What {@code logback.xml} reads, before there is a configuration. */
    private static final Set<String> LOG_VARIABLES = Set.of("ENGINE_LOG_LEVEL", "ENGINE_LOG_LEVEL_LIBRARIES");

    private static final Set<String> LOG_LEVELS = Set.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "OFF");

    private static final String FILE = "conf/application.yaml";
    private static final String DEFAULT = "default";
    private static final String SECRETS = "secrets";

    private final Path directory;
    private final Map<String, String> environment;
    private final Keys keys = new Keys(EngineConfig.class);
    private final List<ConfigFault> faults = new ArrayList<>();
    private final Map<String, Setting> defaults = new LinkedHashMap<>();
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    private final Function<EngineConfig.SecretSources, Secrets> stores;

    private ConfigLoader(
            Path directory, Map<String, String> environment, Function<EngineConfig.SecretSources, Secrets> stores) {
        this.directory = directory;
        this.environment = environment;
        this.stores = stores;
    }

    /**
     * Loads the configuration; blocks on files and stores of secrets.
     *
     * @param directory that relative paths of the configuration file start from: the working directory
     * @param environment variables, of which those that begin with {@code ENGINE_} count
     * @param stores where secrets are kept that are in neither
     * @throws ConfigException when there is any fault
     */
    public static EngineConfig load(
            Path directory, Map<String, String> environment, Function<EngineConfig.SecretSources, Secrets> stores) {
        return new ConfigLoader(directory, environment, stores).load();
    }

    private EngineConfig load() {
        readDefaults();
        readFile();
        readEnvironment();
        readSecrets();
        EngineConfig config = checked();
        if (!faults.isEmpty()) {
            throw new ConfigException(faults);
        }
        return config;
    }

    private void readDefaults() {
        try (InputStream resource = ConfigLoader.class.getResourceAsStream("/" + FILE)) {
            YamlSettings.read(FILE, resource.readAllBytes(), faults)
                    .forEach((key, setting) -> defaults.put(key, setting.at(DEFAULT)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        settings.putAll(defaults);
    }

    private void readFile() {
        String named = environment.get(FILE_VARIABLE);
        Path file = directory.resolve(Objects.requireNonNullElse(named, FILE));
        if (named == null && !Files.exists(file)) {
            return;
        }
        String name = Objects.requireNonNullElse(named, FILE);
        try {
            YamlSettings.read(name, Files.readAllBytes(file), faults).forEach(this::addFromFile);
        } catch (IOException unreadable) {
            faults.add(new ConfigFault(name, "(file)", unreadable.toString(), "a YAML file that can be read"));
        }
    }

    private void addFromFile(String key, Setting setting) {
        if (keys.isSetting(key)) {
            settings.put(key, setting);
        } else if (keys.isSection(key)) {
            requireEmptySection(key, setting);
        } else {
            unknown(setting.where(), key, keys.nearest(key));
        }
    }

    private void requireEmptySection(String key, Setting setting) {
        if (!setting.isNothing()) {
            faults.add(new ConfigFault(setting.where(), key, "a value", "a section with keys below it"));
        }
    }

    private void readEnvironment() {
        Map<String, String> byVariable = keys.byVariable();
        new TreeMap<>(environment).forEach((variable, value) -> {
            String key = byVariable.get(variable);
            if (key != null) {
                settings.put(key, Setting.scalar(variable, value));
            } else if (LOG_VARIABLES.contains(variable)) {
                requireLogLevel(variable, value);
            } else if (Keys.isVariable(variable) && !variable.equals(FILE_VARIABLE)) {
                unknown(variable, variable, keys.nearestVariable(variable));
            }
        });
    }

    private void readSecrets() {
        List<ConfigFault> before = List.copyOf(faults);
        EngineConfig.SecretSources sources =
                (EngineConfig.SecretSources) section(EngineConfig.SecretSources.class, SECRETS + ".");
        if (faults.size() > before.size()) {
            // They are found once more with those of all sections.
            faults.retainAll(before);
            return;
        }
        try {
            stores.apply(sources).read().forEach(this::addSecret);
        } catch (Secrets.UnavailableException e) {
            faults.add(new ConfigFault(SECRETS, "(store)", e.getMessage(), "secrets that can be read"));
        }
    }

    private void addSecret(String variable, Secrets.Version secret) {
        String key = keys.byVariable().get(variable);
        if (key != null && keys.isSecret(key)) {
            settings.put(key, Setting.scalar(SECRETS, secret.value()));
        } else if (Keys.isVariable(variable)) {
            faults.add(new ConfigFault(SECRETS, variable, "what is no secret", "secrets only"));
        }
    }

    private void requireLogLevel(String variable, String value) {
        if (!LOG_LEVELS.contains(value)) {
            String allowed = "one of " + String.join(", ", new TreeSet<>(LOG_LEVELS));
            faults.add(new ConfigFault(variable, "(log level)", '"' + value + '"', allowed));
        }
    }

    /** The value is not shown: it may be a secret under a misspelt name. */
    private void unknown(String where, String key, String nearest) {
        faults.add(new ConfigFault(where, key, "an unknown key", "a known one; did you mean " + nearest + "?"));
    }

    /** The whole configuration, or null when there are faults. */
    private EngineConfig checked() {
        try {
            return Reflection.construct(EngineConfig.class, arguments(EngineConfig.class, ""));
        } catch (InvalidSettings invalid) {
            addFaults("", invalid);
            return null;
        }
    }

    private Object[] arguments(Class<?> section, String prefix) {
        return Arrays.stream(section.getRecordComponents())
                .map(component -> argument(component, prefix + Keys.name(component)))
                .toArray();
    }

    private Object argument(RecordComponent component, String key) {
        return component.getType().isRecord()
                ? section(component.getType().asSubclass(Record.class), key + ".")
                : value(component, key);
    }

    /** A section; with defaults instead of what it refuses, so that the checks go on. */
    private Record section(Class<? extends Record> type, String prefix) {
        Object[] arguments = arguments(type, prefix);
        try {
            return Reflection.construct(type, arguments);
        } catch (InvalidSettings invalid) {
            addFaults(prefix, invalid);
            return Reflection.construct(type, withDefaults(type, prefix, arguments, invalid));
        }
    }

    private Object[] withDefaults(
            Class<? extends Record> type, String prefix, Object[] arguments, InvalidSettings invalid) {
        Set<String> refused =
                invalid.faults().stream().map(InvalidSettings.Fault::component).collect(Collectors.toSet());
        Object[] repaired = arguments.clone();
        RecordComponent[] components = type.getRecordComponents();
        for (int index = 0; index < components.length; index++) {
            if (refused.contains(components[index].getName())) {
                repaired[index] = defaultValue(components[index], prefix + Keys.name(components[index]));
            }
        }
        return repaired;
    }

    private Object value(RecordComponent component, String key) {
        try {
            return Conversions.convert(component, settings.get(key));
        } catch (Conversions.NotConvertible wrong) {
            faults.add(new ConfigFault(settings.get(key).where(), key, shown(key), wrong.getMessage()));
            return defaultValue(component, key);
        }
    }

    private Object defaultValue(RecordComponent component, String key) {
        try {
            return Conversions.convert(component, defaults.get(key));
        } catch (Conversions.NotConvertible wrong) {
            throw new IllegalStateException("The default of " + key + " is wrong", wrong);
        }
    }

    private String shown(String key) {
        return keys.isSecret(key) ? Masking.MASK : Masking.url(settings.get(key).toString());
    }

    private void addFaults(String prefix, InvalidSettings invalid) {
        invalid.faults().forEach(fault -> {
            String key = prefix + Keys.snakeCase(fault.component());
            String advice = " (" + Keys.variable(key) + ")";
            faults.add(new ConfigFault(settings.get(key).where(), key, fault.found(), fault.allowed() + advice));
        });
    }
}
