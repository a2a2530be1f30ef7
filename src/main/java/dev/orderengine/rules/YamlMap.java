package dev.orderengine.rules;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** A mapping of a YAML file that knows its lines, so that a fault can be found. */
final class YamlMap {

    private static final String ID = "id";
    private static final String ID_FORM = "[A-Za-z0-9._-]{1,64}";
    private static final String POSITIVE_FORM = "[1-9][0-9]{0,5}";

    private final String file;
    private final String path;
    private final int line;
    private final Map<String, Node> values = new LinkedHashMap<>();

    private YamlMap(String file, String parent, Node node) {
        this.file = file;
        this.line = lineOf(node);
        if (!(node instanceof MappingNode mapping)) {
            throw new InvalidRulesException(file, line, parent, "must be a mapping of keys to values");
        }
        List<String> repeated = new ArrayList<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = scalar(parent, tuple.getKeyNode());
            if (values.put(key, tuple.getValueNode()) != null) {
                repeated.add(key);
            }
        }
        this.path = values.get(ID) instanceof ScalarNode id ? parent + "." + id.getValue() : parent;
        if (!repeated.isEmpty()) {
            throw fault(repeated.get(0), "is there twice");
        }
    }

    /** The mapping that a whole file is. */
    static YamlMap root(String file, Node node) {
        return new YamlMap(file, "", node);
    }

    /** Refuses keys that are not among these. */
    YamlMap only(String... allowed) {
        for (String key : values.keySet()) {
            if (!List.of(allowed).contains(key)) {
                throw fault(key, "unknown field; allowed are " + String.join(", ", allowed));
            }
        }
        return this;
    }

    Set<String> keys() {
        return values.keySet();
    }

    boolean isText(String key) {
        return value(key) instanceof ScalarNode;
    }

    String text(String key) {
        String text = scalar(pathOf(key), value(key));
        if (text.isBlank()) {
            throw fault(key, "must not be empty");
        }
        return text;
    }

    int positive(String key) {
        String text = text(key);
        if (!text.matches(POSITIVE_FORM)) {
            throw fault(key, "must be a whole number from 1 to 999999; found '" + text + "'");
        }
        return Integer.parseInt(text);
    }

    YamlMap map(String key) {
        return new YamlMap(file, pathOf(key), value(key));
    }

    Optional<YamlMap> optionalMap(String key) {
        return values.containsKey(key) ? Optional.of(map(key)) : Optional.empty();
    }

    /** The mappings in the list under a key: at least one, each with an id of its own. */
    List<YamlMap> list(String key) {
        if (!(value(key) instanceof SequenceNode sequence)
                || sequence.getValue().isEmpty()) {
            throw fault(key, "must be a list with at least one entry");
        }
        Set<String> ids = new HashSet<>();
        List<YamlMap> entries = new ArrayList<>();
        for (Node node : sequence.getValue()) {
            YamlMap entry = new YamlMap(file, pathOf(key), node);
            String id = entry.text(ID);
            if (!id.matches(ID_FORM)) {
                throw entry.fault(ID, "must be 1 to 64 of A-Z a-z 0-9 . _ -; found '" + id + "'");
            }
            if (!ids.add(id)) {
                throw entry.fault(ID, "'" + id + "' is there twice");
            }
            entries.add(entry);
        }
        return entries;
    }

    InvalidRulesException fault(String key, String reason) {
        return new InvalidRulesException(file, lineOf(values.get(key)), pathOf(key), reason);
    }

    private Node value(String key) {
        Node node = values.get(key);
        if (node == null) {
            throw new InvalidRulesException(file, line, pathOf(key), "is missing");
        }
        return node;
    }

    private String pathOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private String scalar(String place, Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        throw new InvalidRulesException(file, lineOf(node), place, "must be plain text");
    }

    private static int lineOf(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
