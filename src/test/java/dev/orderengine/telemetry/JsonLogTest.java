package dev.orderengine.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What {@code logback.xml} writes, read back from stdout. */
@Isolated("redirects stdout")
class JsonLogTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final PrintStream stdout = System.out;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LoggerContext context = new LoggerContext();

    @BeforeEach
    void configure() throws Exception {
        System.setOut(new PrintStream(written, true, StandardCharsets.UTF_8));
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(JsonLogTest.class.getResource("/logback.xml"));
    }

    @AfterEach
    void restoreStdout() {
        context.stop();
        System.setOut(stdout);
    }

    @Test
    void log_structuredArguments_becomeFieldsOfOneJsonLine() throws IOException {
        TraceContext trace = TraceContext.begin();
        UUID order = UUID.randomUUID();

        ours().info("Placed \"it\"\nnow {}", "and here", LogFields.trace(trace), LogFields.order(order));

        JsonNode line = onlyLine();
        assertThat(Instant.parse(line.get("time").asText()))
                .isBetween(Instant.now().minus(Duration.ofMinutes(1)), Instant.now());
        assertThat(line.get("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
        assertThat(line.get("severity").asText()).isEqualTo("INFO");
        assertThat(line.get("message").asText()).isEqualTo("Placed \"it\"\nnow and here");
        assertThat(line.get("logger").asText()).isEqualTo("dev.orderengine.Ours");
        assertThat(line.get("thread").asText()).isEqualTo(Thread.currentThread().getName());
        assertThat(line.get("trace_id").asText()).isEqualTo(trace.traceId());
        assertThat(line.get("span_id").asText()).isEqualTo(trace.spanId());
        assertThat(line.get("order_id").asText()).isEqualTo(order.toString());
        assertThat(line.has("exception")).isFalse();
        assertThat(line.fieldNames())
                .toIterable()
                .containsOnly("time", "severity", "message", "logger", "thread", "trace_id", "span_id", "order_id");
    }

    @Test
    void log_warningWithException_namesSeverityAndRootCause() throws IOException {
        ours().warn(
                        "Failed",
                        LogFields.field("took_ms", 12),
                        new IllegalStateException("outer", new IOException("root")));

        JsonNode line = onlyLine();
        assertThat(line.get("severity").asText()).isEqualTo("WARNING");
        assertThat(line.get("took_ms").asInt()).isEqualTo(12);
        assertThat(line.get("exception").asText())
                .startsWith("java.io.IOException: root")
                .contains("IllegalStateException: outer");
    }

    @Test
    void log_cardNumber_isMaskedWhereverItStands() {
        context.getMDCAdapter().put("order_id", "4242424242424242");

        ours().error(
                        "Paid by {}",
                        "4242-4242-4242-4242",
                        LogFields.field("number", 4_242_424_242_424_242L),
                        new IllegalStateException("of 4242 4242 4242 4242", new IOException("4242424242424242")));

        context.stop();
        assertThat(written.toString(StandardCharsets.UTF_8))
                .contains("Paid by ****-****-****-****")
                .contains("IOException: ****************")
                .doesNotContain("4242");
    }

    @Test
    void log_mdcAndKeyValues_becomeFields() throws IOException {
        context.getMDCAdapter().put("trace_id", "t1");
        context.getMDCAdapter().put("secret", "not shown");

        ours().atError().addKeyValue("order_id", "o1").log("Failed");

        JsonNode line = onlyLine();
        assertThat(line.get("severity").asText()).isEqualTo("ERROR");
        assertThat(line.get("trace_id").asText()).isEqualTo("t1");
        assertThat(line.get("order_id").asText()).isEqualTo("o1");
        assertThat(line.has("secret")).isFalse();
    }

    @Test
    void log_belowTheLevels_isNotWritten() throws IOException {
        ours().debug("of ours");
        context.getLogger("org.library").info("of a library");
        context.getLogger("org.library").warn("heard");

        assertThat(onlyLine().get("message").asText()).isEqualTo("heard");
    }

    private Logger ours() {
        return context.getLogger("dev.orderengine.Ours");
    }

    private JsonNode onlyLine() throws IOException {
        context.stop();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : written.toString(StandardCharsets.UTF_8).split("\n")) {
            lines.add(JSON.readTree(line));
        }
        assertThat(lines).hasSize(1);
        return lines.get(0);
    }
}
