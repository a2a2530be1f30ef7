package dev.orderengine.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** From text to the types that settings may have: scalars, enums by their wire names, and sets of these. */
final class Conversions {

    private static final Map<Class<?>, Conversion> SCALARS = Map.of(
            String.class, new Conversion("text", text -> text),
            Secret.class, new Conversion("text", Secret::new),
            int.class, new Conversion("a whole number", Integer::valueOf),
            double.class, new Conversion("a number", Double::valueOf),
            boolean.class, new Conversion("true or false", Conversions::bool),
            Duration.class, new Conversion("an ISO 8601 duration such as PT1.5S, PT30M or P7D", Duration::parse),
            URI.class, new Conversion("a URL such as http://host:8080", URI::create),
            Path.class, new Conversion("a path", Path::of));

    private Conversions() {}

    /** The setting is not what its component needs; the message says what that would be. */
    static final class NotConvertible extends Exception {

        private NotConvertible(String allowed) {
            super(allowed);
        }
    }

    private record Conversion(String allowed, Function<String, Object> parse) {

        Object apply(String text) throws NotConvertible {
            try {
                return parse.apply(text);
            } catch (IllegalArgumentException | DateTimeException invalid) {
                throw new NotConvertible(allowed);
            }
        }
    }

    /** The value that the component gets; null when nothing is set. */
    static Object convert(RecordComponent component, Setting setting) throws NotConvertible {
        return component.getType() == Set.class ? set(component, setting) : scalar(component.getType(), setting);
    }

    private static Object scalar(Class<?> type, Setting setting) throws NotConvertible {
        Conversion conversion = conversion(type);
        if (setting.sequence() || (setting.isNothing() && type.isPrimitive())) {
            throw new NotConvertible(conversion.allowed());
        }
        return setting.isNothing() ? null : conversion.apply(setting.items().get(0));
    }

    private static Object set(RecordComponent component, Setting setting) throws NotConvertible {
        ParameterizedType type = (ParameterizedType) component.getGenericType();
        Conversion conversion = conversion((Class<?>) type.getActualTypeArguments()[0]);
        Set<Object> values = new LinkedHashSet<>();
        for (String text : setting.elements().toList()) {
            values.add(conversion.apply(text));
        }
        return values;
    }

    private static Conversion conversion(Class<?> type) {
        return type.isEnum() ? enumeration(type) : SCALARS.get(type);
    }

    /** Enums by their names in lower case. */
    private static Conversion enumeration(Class<?> type) {
        Map<String, Object> byName = new LinkedHashMap<>();
        Arrays.stream(type.getEnumConstants())
                .forEach(constant -> byName.put(constant.toString().toLowerCase(Locale.ROOT), constant));
        String allowed = "one of " + String.join(", ", byName.keySet());
        return new Conversion(allowed, text -> known(byName.get(text)));
    }

    private static Object bool(String text) {
        return known(Map.of("true", true, "false", false).get(text));
    }

    private static Object known(Object constant) {
        if (constant == null) {
            throw new IllegalArgumentException("unknown name");
        }
        return constant;
    }
}
