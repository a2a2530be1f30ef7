package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Books;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Requests of every operation, made from the contract and spoilt, are answered as the contract says, never with 5xx; what it refuses is not
 * accepted, and what it takes is not refused for its form. {@code -Dfuzz.seed} and {@code -Dfuzz.cases} choose others.
 */
@ExtendWith(SharedServices.class)
class FuzzIT {

    private static final long SEED = Long.getLong("fuzz.seed", 20261124);
    private static final int MANY = Integer.getInteger("fuzz.cases", 300);
    private static final int FEW = 15;

    private static RunningEngine engine;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, FuzzIT.class, Map.of());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    @Tag("fuzz")
    void requests_aFewOfEveryOperation_areAnsweredByTheContract() {
        assertAnswered(FEW);
    }

    @Test
    @Tag("fuzz")
    @Timeout(value = 30, unit = TimeUnit.MINUTES)
    void requests_manyOfEveryOperation_areAnsweredByTheContract() {
        assertAnswered(MANY);
    }

    private static void assertAnswered(int cases) {
        assertThat(new Fuzz(engine).findings(SEED, cases)).isEmpty();
        assertThat(Books.findings(engine)).isEmpty();
    }
}
