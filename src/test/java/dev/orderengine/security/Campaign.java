package dev.orderengine.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Tries attacks one after the other, and counts. */
final class Campaign {

    private final Map<Risk, Integer> attempts = new EnumMap<>(Risk.class);
    private final List<String> findings = new ArrayList<>();

    void run(Stream<Attack> attacks) {
        attacks.forEach(attack -> {
            attempts.merge(attack.risk(), 1, Integer::sum);
            attack.finding().ifPresent(finding -> findings.add(attack.risk() + ", " + attack.name() + ": " + finding));
        });
    }

    int attempts(Risk risk) {
        return attempts.getOrDefault(risk, 0);
    }

    List<String> findings() {
        return List.copyOf(findings);
    }

    /** Writes the figures as Markdown. */
    void report(Path file) throws IOException {
        StringBuilder report = new StringBuilder("| risk | attempts | findings |\n| --- | --- | --- |\n");
        for (Risk risk : Risk.values()) {
            long found = findings.stream()
                    .filter(finding -> finding.startsWith(risk + ","))
                    .count();
            report.append("| %s %s | %d | %d |%n".formatted(risk, risk.title(), attempts(risk), found));
        }
        int all = attempts.values().stream().mapToInt(Integer::intValue).sum();
        report.append("| all | %d | %d |%n".formatted(all, findings.size()));
        findings.forEach(finding -> report.append("\n- ").append(finding));
        Files.createDirectories(file.getParent());
        Files.writeString(file, report);
    }
}
