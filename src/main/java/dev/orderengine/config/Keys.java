package dev.orderengine.config;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The known keys: a record component is a key in snake_case, a record a section. */
final class Keys {

    private static final String VARIABLE_PREFIX = "ENGINE_";
    private static final PropertyNamingStrategies.SnakeCaseStrategy SNAKE_CASE =
            new PropertyNamingStrategies.SnakeCaseStrategy();

    private final Map<String, RecordComponent> settings = new LinkedHashMap<>();
    private final Set<String> sections = new LinkedHashSet<>();

    Keys(Class<? extends Record> root) {
        collect(root, "");
    }

    private void collect(Class<?> section, String prefix) {
        for (RecordComponent component : section.getRecordComponents()) {
            String key = prefix + name(component);
            if (component.getType().isRecord()) {
                sections.add(key);
                collect(component.getType(), key + ".");
            } else {
                settings.put(key, component);
            }
        }
    }

    static String name(RecordComponent component) {
        return snakeCase(component.getName());
    }

    /** The key of a component or of a path of components. */
    static String snakeCase(String components) {
        return SNAKE_CASE.translate(components);
    }

    /** The environment variable of a key. */
    static String variable(String key) {
        return VARIABLE_PREFIX + key.replace('.', '_').toUpperCase(Locale.ROOT);
    }

    static boolean isVariable(String name) {
        return name.startsWith(VARIABLE_PREFIX);
    }

    boolean isSetting(String key) {
        return settings.containsKey(key);
    }

    boolean isSection(String key) {
        return sections.contains(key);
    }

    boolean isSecret(String key) {
        return settings.get(key).getType() == Secret.class;
    }

    Map<String, String> byVariable() {
        return settings.keySet().stream().collect(Collectors.toMap(Keys::variable, key -> key));
    }

    /** What an unknown key most likely meant. */
    String nearest(String unknown) {
        return nearest(unknown, settings.keySet());
    }

    /** What an unknown variable most likely meant. */
    String nearestVariable(String unknown) {
        return nearest(unknown, byVariable().keySet());
    }

    private static String nearest(String unknown, Set<String> known) {
        Optional<String> nearest = known.stream()
                .min(Comparator.<String>comparingInt(name -> distance(unknown, name))
                        .thenComparing(Comparator.naturalOrder()));
        return nearest.orElseThrow();
    }

    /** Levenshtein's: how many letters must be put in, taken out or replaced. */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        Arrays.setAll(previous, index -> index);
        for (int row = 1; row <= from.length(); row++) {
            int[] current = new int[to.length() + 1];
            current[0] = row;
            for (int column = 1; column <= to.length(); column++) {
                int replaced = previous[column - 1] + (from.charAt(row - 1) == to.charAt(column - 1) ? 0 : 1);
                current[column] = Math.min(replaced, Math.min(previous[column], current[column - 1]) + 1);
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
