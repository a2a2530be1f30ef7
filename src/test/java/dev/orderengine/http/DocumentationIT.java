package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code /openapi.yaml} and {@code /docs}: for anybody, and from the engine alone. */
@ExtendWith(SharedServices.class)
class DocumentationIT {

    private static final Pattern LOADED = Pattern.compile("(?:src|href)=\"([^\"]+)\"");

    private static RunningEngine engine;
    private static Api anybody;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, DocumentationIT.class, RunningEngine.API_ONLY);
        anybody = engine.withToken(null);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void contract_isTheFileOfTheJar() throws IOException {
        Answer answer = anybody.get("/openapi.yaml");

        try (var file = DocumentationIT.class.getResourceAsStream("/openapi.yaml")) {
            assertThat(answer.body()).isEqualTo(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
        assertThat(answer.header("Content-Type")).contains("application/yaml");
    }

    @Test
    void page_loadsOnlyWhatTheEngineServes() {
        Answer page = anybody.get("/docs");

        assertThat(page.header("Content-Type")).contains("text/html; charset=utf-8");
        assertThat(page.header("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self';")
                .doesNotContain("unsafe-eval", "http:", "https:", "*");
        assertThat(LOADED.matcher(page.body()).results().map(loaded -> loaded.group(1)))
                .hasSizeGreaterThan(4)
                .allSatisfy(path ->
                        assertThat(anybody.atRoot().get(path).status()).as(path).isEqualTo(200));
    }

    @Test
    void files_areCompressedForWhoTakesIt_andNotSentAgain() {
        Answer plain = anybody.get("/docs/swagger-ui-bundle.js");
        Answer compressed = anybody.get("/docs/swagger-ui-bundle.js", "Accept-Encoding", "gzip, deflate");

        assertThat(plain.header("Content-Encoding")).isEmpty();
        assertThat(compressed.header("Content-Encoding")).contains("gzip");
        assertThat(size(compressed)).isLessThan(size(plain) / 3);
        assertThat(anybody.get(
                                "/docs/swagger-ui-bundle.js",
                                "If-None-Match",
                                plain.header("ETag").orElseThrow())
                        .status())
                .isEqualTo(304);
    }

    private static long size(Answer answer) {
        return Long.parseLong(answer.header("Content-Length").orElseThrow());
    }
}
