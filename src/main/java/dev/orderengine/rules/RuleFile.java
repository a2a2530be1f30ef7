package dev.orderengine.rules;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import com.google.common.hash.Hashing;
import dev.orderengine.money.Currencies;
import dev.orderengine.money.Money;
import dev.orderengine.rules.Consequence.Checks;
import dev.orderengine.rules.Consequence.Checks.Check;
import dev.orderengine.rules.Consequence.Judge;
import dev.orderengine.rules.Consequence.Score;
import dev.orderengine.rules.Consequence.Score.Signal;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;

/** Reads a rules' file; the first fault refuses it. */
final class RuleFile {

    private static final int VERSION_LENGTH = 12;

    /** The barest order there is: what fails on it (an unguarded look-up in metadata) would refuse real orders. */
    private static final Facts SAMPLE = Facts.of(
                    new OrderFacts(
                            "sample",
                            Money.zero(Currencies.parse("USD")),
                            BigDecimal.ZERO,
                            "credit_card",
                            Map.of("sample", 1L),
                            false,
                            "",
                            Map.of()),
                    Instant.EPOCH)
            .with(new StockFacts(0))
            .with(new Returns(0))
            .with(History.none());

    private final String file;
    private final byte[] content;
    private final RuleLanguage language = new RuleLanguage();
    private final Map<String, Consequence> scores = new TreeMap<>();
    private final Map<String, Consequence> checks = new TreeMap<>();

    RuleFile(String file, byte[] content) {
        this.file = file;
        this.content = content;
    }

    RuleBook read() {
        YamlMap root = YamlMap.root(file, tree()).only("scores", "checks", "rules");
        root.optionalMap("scores").ifPresent(this::readScores);
        root.optionalMap("checks").ifPresent(this::readChecks);
        return new RuleBook(
                version(), root.list("rules").stream().map(this::rule).toList());
    }

    private void readScores(YamlMap groups) {
        for (String name : groups.keys()) {
            scores.put(name, score(name, groups.map(name).only("thresholds", "signals")));
        }
    }

    private void readChecks(YamlMap groups) {
        for (String name : groups.keys()) {
            checks.put(
                    name,
                    new Checks(name, groups.list(name).stream().map(this::check).toList()));
        }
    }

    private Rule rule(YamlMap rule) {
        rule.only("id", "description", "when", "then");
        return new Rule(rule.text("id"), rule.text("description"), condition(rule), consequence(rule));
    }

    private Score score(String name, YamlMap group) {
        YamlMap levels = group.map("thresholds");
        Map<Verdict, Integer> thresholds = new EnumMap<>(Verdict.class);
        levels.keys().forEach(level -> thresholds.put(verdict(levels, level, level), levels.positive(level)));
        List<Signal> signals = group.list("signals").stream().map(this::signal).toList();
        return new Score(name, thresholds, signals);
    }

    private Signal signal(YamlMap signal) {
        signal.only("id", "description", "when", "weight");
        return new Signal(signal.text("id"), signal.text("description"), condition(signal), signal.positive("weight"));
    }

    private Check check(YamlMap check) {
        check.only("id", "description", "when", "then");
        return new Check(
                check.text("id"),
                check.text("description"),
                condition(check),
                verdict(check, "then", check.text("then")));
    }

    private Condition condition(YamlMap owner) {
        String source = owner.text("when");
        try {
            Condition condition = language.compile(source);
            new Ruling(SAMPLE).holds(owner.text("id"), condition);
            return condition;
        } catch (IllegalArgumentException e) {
            throw owner.fault("when", e.getMessage());
        } catch (RuleFaultException e) {
            throw owner.fault(
                    "when",
                    "fails on a sample order, guard look-ups and divisions: "
                            + e.getCause().getMessage());
        }
    }

    private Consequence consequence(YamlMap rule) {
        if (rule.isText("then")) {
            return new Judge(verdict(rule, "then", rule.text("then")));
        }
        YamlMap then = rule.map("then").only("score", "checks");
        if (then.keys().size() != 1) {
            throw rule.fault("then", "must name one score or one group of checks");
        }
        String kind = then.keys().iterator().next();
        Map<String, Consequence> groups = kind.equals("score") ? scores : checks;
        Consequence group = groups.get(then.text(kind));
        if (group == null) {
            throw then.fault(kind, "'" + then.text(kind) + "' is not defined in this file; known: " + groups.keySet());
        }
        return group;
    }

    private static Verdict verdict(YamlMap owner, String key, String name) {
        return Arrays.stream(Verdict.values())
                .filter(verdict -> verdict.wire().equals(name))
                .findFirst()
                .orElseThrow(() -> owner.fault(key, "unknown verdict '" + name + "'; allowed are " + allVerdicts()));
    }

    private static String allVerdicts() {
        return Arrays.stream(Verdict.values()).map(Verdict::wire).collect(joining(", "));
    }

    private Node tree() {
        try {
            Node node = new Yaml().compose(new StringReader(new String(content, UTF_8)));
            if (node == null) {
                throw new InvalidRulesException(file, 1, "rules", "is missing: the file is empty");
            }
            return node;
        } catch (MarkedYAMLException e) {
            throw new InvalidRulesException(file, e.getProblemMark().getLine() + 1, "YAML", e.getProblem());
        } catch (YAMLException e) {
            throw new InvalidRulesException(file, 1, "YAML", e.getMessage());
        }
    }

    private String version() {
        return Hashing.sha256().hashBytes(content).toString().substring(0, VERSION_LENGTH);
    }
}
