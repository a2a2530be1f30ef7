package dev.orderengine.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.config.ReloadableFile;
import dev.orderengine.config.ReloadableFile.Reload;
import dev.orderengine.money.FxRates;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of the project, changed while in use. */
class RulesReloadTest {

    @TempDir
    Path folder;

    @Test
    void reload_changedThreshold_decidesByIt() throws IOException {
        Path path = copy("rules.yaml");
        ReloadableFile<RuleBook> rules =
                new ReloadableFile<>("rules", path, RuleBook::parse, new SimpleMeterRegistry());
        Facts facts = Orders.calm(Orders.order("400.01", "USD", "paypal"));
        RuleBook before = rules.current();
        edit(path, "usd(\"500.00\")", "usd(\"400.00\")");

        assertThat(rules.reload()).isEqualTo(Reload.LOADED);
        assertThat(Orders.decide(before, facts).verdict()).isEqualTo(Verdict.ACCEPT);
        assertThat(Orders.decide(rules.current(), facts).verdict()).isEqualTo(Verdict.VERIFY);
        assertThat(Orders.decide(rules.current(), facts).rulesVersion())
                .isEqualTo(rules.current().version())
                .isNotEqualTo(before.version());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "then: verify | then: [verify",
                "then: verify | then: verified",
                "description: Larger | descripton: Larger",
                "id: SYS.05.03 | id: SYS.05.02",
                "order.payment_method == | order.payment_methode ==",
                "order.payment_method == | order.payment_method =",
                "order.payment_method == | order.units ==",
                "{checks: velocity} | {checks: velocities}",
            })
    void reload_fault_keepsTheRulesInForce(String text, String fault) throws IOException {
        Path path = copy("rules.yaml");
        ReloadableFile<RuleBook> rules =
                new ReloadableFile<>("rules", path, RuleBook::parse, new SimpleMeterRegistry());
        RuleBook before = rules.current();
        edit(path, text, fault);

        assertThat(rules.reload()).isEqualTo(Reload.REFUSED);
        assertThat(rules.current()).isSameAs(before);
    }

    @Test
    void reload_faultInRates_keepsTheRatesInForce() throws IOException {
        Path path = copy("fx.yaml");
        ReloadableFile<FxRates> rates = new ReloadableFile<>("fx", path, FxRates::parse, new SimpleMeterRegistry());
        FxRates before = rates.current();
        edit(path, "EUR: 1.0850", "EUR: -1.0850");

        assertThat(rates.reload()).isEqualTo(Reload.REFUSED);
        assertThat(rates.current()).isSameAs(before);
    }

    private Path copy(String name) throws IOException {
        return Files.copy(Path.of("conf", name), folder.resolve(name));
    }

    private static void edit(Path path, String from, String to) throws IOException {
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replace(from, to));
    }
}
