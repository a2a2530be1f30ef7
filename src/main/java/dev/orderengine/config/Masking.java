package dev.orderengine.config;

import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How settings are shown to people: secrets never, URLs without what may be one. */
final class Masking {

    static final String MASK = "***";

    private static final Pattern USER_INFO = Pattern.compile("//.*@");
    private static final Pattern QUERY = Pattern.compile("\\?.*");

    private Masking() {}

    /** A URL without its user, password and query. */
    static String url(String url) {
        String anonymous = USER_INFO.matcher(url).replaceAll("//" + MASK + "@");
        return QUERY.matcher(anonymous).replaceAll("?" + MASK);
    }

    /** All settings of a section and of those below it, as {@code key=value}. */
    static String describe(Record section) {
        return lines(section, "").collect(Collectors.joining(" "));
    }

    private static Stream<String> lines(Record section, String prefix) {
        return Arrays.stream(section.getClass().getRecordComponents())
                .flatMap(component -> lines(component, Reflection.get(component, section), prefix));
    }

    private static Stream<String> lines(RecordComponent component, Object value, String prefix) {
        String key = prefix + Keys.name(component);
        return value instanceof Record section ? lines(section, key + ".") : Stream.of(key + "=" + shown(value));
    }

    private static String shown(Object value) {
        if (value == null) {
            return "";
        }
        return value instanceof URI url ? url(url.toString()) : value.toString();
    }
}
