package dev.orderengine.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Books;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Attacks by OWASP's list of risks to APIs, against a whole engine; none may succeed. Figures are in docs/security.md. */
@ExtendWith(SharedServices.class)
class PenetrationIT {

    private static final int SLICES = 7;
    private static final int CANARY_MILLIS = 150;

    private static RunningEngine engine;

    @BeforeAll
    static void start(Services services) {
        engine = RunningEngine.start(services, PenetrationIT.class, RunningEngine.API_ONLY);
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    @Timeout(60)
    void attacks_everySeventh_findNothing() throws Exception {
        assertNothingFound(SLICES);
    }

    @Test
    @Tag("pen")
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void attacks_all_findNothing() throws Exception {
        assertNothingFound(1);
    }

    private static void assertNothingFound(int every) throws Exception {
        Campaign campaign = new Campaign();
        Target target = new Target(
                engine,
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        try (ServerSocket canary = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            canary.setSoTimeout(CANARY_MILLIS);
            List<Attack> attacks = Stream.of(
                            new ObjectAttacks(target).attacks(),
                            new IdentityAttacks(target).attacks(),
                            new LoadAttacks(target).attacks(),
                            new EdgeAttacks(target).attacks(canary),
                            new ProviderAttacks(target).attacks())
                    .flatMap(some -> some)
                    .toList();
            campaign.run(IntStream.range(0, attacks.size())
                    .filter(i -> i % every == 0)
                    .mapToObj(attacks::get));
        }
        campaign.report(Path.of("target", "penetration", every == 1 ? "all.md" : "slice.md"));
        assertThat(campaign.findings()).isEmpty();
        assertThat(Risk.values())
                .allSatisfy(risk -> assertThat(campaign.attempts(risk)).isPositive());
        assertThat(Books.findings(engine)).isEmpty();
    }
}
