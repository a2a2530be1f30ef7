package dev.orderengine.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Flattens a YAML file to its settings by path; notes where each of them stands, and what cannot be one. */
final class YamlSettings {

    private static final YAMLFactory YAML = YAMLFactory.builder().build();

    private final String file;
    private final List<ConfigFault> faults;
    private final Map<String, Setting> settings = new LinkedHashMap<>();

    private YamlSettings(String file, List<ConfigFault> faults) {
        this.file = file;
        this.faults = faults;
    }

    /**
     * @param file name of the file, for messages
     * @param faults where to add what is wrong
     */
    static Map<String, Setting> read(String file, byte[] content, List<ConfigFault> faults) {
        YamlSettings reader = new YamlSettings(file, faults);
        try (JsonParser parser = YAML.createParser(content)) {
            reader.document(parser);
        } catch (JsonProcessingException invalid) {
            // The parser's own message quotes the file, and with it perhaps a secret.
            String where = invalid.getLocation() == null
                    ? file
                    : file + ":" + invalid.getLocation().getLineNr();
            faults.add(new ConfigFault(where, "(file)", "text that is not YAML", "YAML, indented by spaces"));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return reader.settings;
    }

    private void document(JsonParser parser) throws IOException {
        JsonToken first = parser.nextToken();
        if (first == JsonToken.START_OBJECT) {
            section(parser, "");
        } else if (first != null && !parser.getText().isBlank()) {
            faults.add(new ConfigFault(where(parser), "(file)", "no sections", "sections such as \"http:\""));
        }
    }

    private void section(JsonParser parser, String prefix) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = prefix + parser.currentName();
            String where = where(parser);
            JsonToken value = parser.nextToken();
            if (value == JsonToken.START_OBJECT) {
                section(parser, key + ".");
            } else {
                put(key, value == JsonToken.START_ARRAY ? sequence(parser, key, where) : scalar(parser, where));
            }
        }
    }

    private void put(String key, Setting setting) {
        Setting earlier = settings.put(key, setting);
        if (earlier != null) {
            faults.add(new ConfigFault(
                    setting.where(), key, "it a second time", "once; the first is at " + earlier.where()));
        }
    }

    private Setting sequence(JsonParser parser, String key, String where) throws IOException {
        List<String> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken().isStructStart()) {
                faults.add(new ConfigFault(where(parser), key, "a list or section in a list", "a list of values"));
                parser.skipChildren();
            } else {
                items.add(parser.getText());
            }
        }
        return new Setting(where, items, true);
    }

    private static Setting scalar(JsonParser parser, String where) throws IOException {
        return parser.currentToken() == JsonToken.VALUE_NULL
                ? Setting.nothing(where)
                : Setting.scalar(where, parser.getText());
    }

    private String where(JsonParser parser) {
        return file + ":" + parser.currentTokenLocation().getLineNr();
    }
}
