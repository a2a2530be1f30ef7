package dev.orderengine.rules;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The rules in force ({@code conf/rules.yaml}), compiled. Immutable, for any number of threads. */
public final class RuleBook {

    private final String version;
    private final List<Rule> rules;

    RuleBook(String version, List<Rule> rules) {
        this.version = version;
        this.rules = List.copyOf(rules);
    }

    /**
     * Reads and checks a rules' file.
     *
     * @param file its name, for messages
     * @param content its YAML text, UTF-8
     * @throws InvalidRulesException when there is any fault; the file is then refused whole
     */
    public static RuleBook parse(String file, byte[] content) {
        return new RuleFile(file, content).read();
    }

    /** The first 12 hexadecimal digits of the SHA-256 of the file. */
    public String version() {
        return version;
    }

    /** The rules in the order in which they are applied: their ids, and what they say in words. */
    public Map<String, String> descriptions() {
        Map<String, String> descriptions = new LinkedHashMap<>();
        rules.forEach(rule -> descriptions.put(rule.id(), rule.description()));
        return descriptions;
    }

    /**
     * Decides on an order, or says which facts that takes. Pure, some microseconds: may run on an event loop.
     *
     * @throws RuleFaultException when a rule fails on this order
     */
    public Evaluation evaluate(Facts facts) {
        Ruling ruling = new Ruling(facts);
        for (Rule rule : rules) {
            rule.applyTo(ruling);
        }
        return ruling.outcome(version);
    }
}
