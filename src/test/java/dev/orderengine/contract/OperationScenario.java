package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.support.Api;
import dev.orderengine.support.RunningEngine;

/** Health, the contract itself, and the page that shows it: without a token. */
final class OperationScenario implements Scenario {

    @Override
    public void play(RunningEngine engine) {
        Api anybody = engine.withToken(null).with(TRACED);
        for (String path : new String[] {"/openapi.yaml", "/docs", "/docs/swagger-ui.css", "/docs/docs.js"}) {
            assertThat(anybody.get(path).status()).isEqualTo(200);
            assertThat(anybody.get(path, "If-None-Match", "*").status()).isEqualTo(304);
        }
        assertThat(anybody.get("/docs/favicon-32x32.png").status()).isEqualTo(200);
        assertThat(anybody.get("/docs/nothing").status()).isEqualTo(404);
        for (String path : new String[] {"/console", "/console/console.css", "/console/console.js"}) {
            assertThat(anybody.atRoot().get(path).status()).isEqualTo(200);
            assertThat(anybody.atRoot().get(path, "If-None-Match", "*").status())
                    .isEqualTo(304);
        }
        assertThat(anybody.atRoot().get("/console/icon.svg").status()).isEqualTo(200);
        assertThat(anybody.atRoot().get("/console/nothing").status()).isEqualTo(404);
        for (String health : new String[] {"live", "ready", "startup"}) {
            assertThat(anybody.atRoot().get("/health/" + health).status()).isEqualTo(200);
        }
    }
}
