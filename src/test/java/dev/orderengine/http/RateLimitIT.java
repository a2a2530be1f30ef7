package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Limits at the edge of two engines that share a Redis. */
@ExtendWith(SharedServices.class)
class RateLimitIT {

    private static final int BURST = 20;
    private static final String PATH = "/products/sku-0001";

    private static RunningEngine engine;
    private static Services servers;

    @BeforeAll
    static void start(Services services) {
        servers = services;
        Map<String, String> settings = new HashMap<>(RunningEngine.API_ONLY);
        settings.put("ENGINE_RATE_LIMITS_ENABLED", "true");
        settings.put("ENGINE_RATE_LIMITS_READS_PER_SECOND", "1");
        settings.put("ENGINE_RATE_LIMITS_READS_BURST", String.valueOf(BURST));
        settings.put("ENGINE_RATE_LIMITS_STREAMS_PER_SECOND", "0.01");
        settings.put("ENGINE_RATE_LIMITS_STREAMS_BURST", "2");
        engine = RunningEngine.start(services, RateLimitIT.class, settings);
        engine.startAnother();
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void caller_onTwoEngines_getsWhatIsAllowedOnceAndNoMore() {
        String caller = caller();
        long start = System.nanoTime();

        List<Answer> answers = IntStream.range(0, 3 * BURST)
                .mapToObj(i -> api(i % 2, caller).getLater(PATH))
                .map(CompletableFuture::join)
                .toList();

        long cameBack = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 1;
        assertThat(allowed(answers)).isBetween(BURST - 2L, BURST + cameBack);
    }

    @Test
    void caller_whoSendsAllAtOnce_getsNoMore() {
        String caller = caller();
        long start = System.nanoTime();

        List<CompletableFuture<Answer>> sent = IntStream.range(0, 3 * BURST)
                .mapToObj(i -> api(i % 2, caller).getLater(PATH))
                .toList();
        List<Answer> answers = sent.stream().map(CompletableFuture::join).toList();

        long cameBack = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start) + 1;
        assertThat(allowed(answers)).isBetween(BURST - 2L, BURST + cameBack);
    }

    @Test
    void answers_tellWhatIsLeft_andWhenToComeAgain() {
        String caller = caller();

        Answer first = api(0, caller).get(PATH);
        assertThat(first.header("RateLimit-Policy")).contains("\"reads\";q=20;w=20");
        assertThat(first.header("RateLimit")).contains("\"reads\";r=19;t=1");
        IntStream.range(0, BURST).forEach(i -> api(0, caller).get(PATH));
        Answer refused = api(0, caller).get(PATH);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.text("code")).isEqualTo("rate_limited");
        assertThat(refused.header("Retry-After")).contains("1");
        assertThat(refused.header("RateLimit")).contains("\"reads\";r=0;t=20");
    }

    @Test
    void caller_whoIsRefused_takesNothingFromOthers_norFromHisOwnOtherRequests() {
        String caller = caller();
        IntStream.range(0, 2 * BURST).forEach(i -> api(0, caller).get(PATH));

        assertThat(api(0, caller()).get(PATH).status()).isEqualTo(200);
        assertThat(api(0, caller)
                        .put("/carts/" + UUID.randomUUID(), "{\"items\": []}")
                        .status())
                .isEqualTo(201);
    }

    @Test
    void streams_openedAgainAndAgain_areLimited() {
        Api service = engine.as(0, "service");
        String order = service.place(OrderRequests.of("c-1", "sku-0001", 1)).text("order_id");
        String path = "/orders/" + order + "/events";
        List<CompletableFuture<Answer>> streams = IntStream.range(0, 5)
                .mapToObj(i -> service.getLater(path, "Accept", "text/event-stream"))
                .toList();

        assertThat(streams.stream()
                        .filter(stream -> !isOpen(stream))
                        .map(stream -> stream.join().status()))
                .containsExactly(429, 429, 429);
        assertThat(service.get(path).status()).isEqualTo(200);
        streams.forEach(stream -> stream.cancel(true));
    }

    /** A stream that is taken answers with no status before it ends. */
    private static boolean isOpen(CompletableFuture<Answer> stream) {
        try {
            stream.get(500, TimeUnit.MILLISECONDS);
            return false;
        } catch (TimeoutException open) {
            return true;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void staff_withManyRequests_costsHardlyACallOfRedis() {
        Api service = engine.as(0, "service");
        Management management = new Management(engine.managementPort());
        IntStream.range(0, 100).forEach(i -> service.get(PATH));
        double before = leases(management);

        List<Answer> answers =
                IntStream.range(0, 300).mapToObj(i -> service.get(PATH)).toList();

        assertThat(allowed(answers)).isEqualTo(300);
        assertThat(leases(management) - before).isLessThan(15);
    }

    @Test
    void caller_withoutRedis_isLimitedByEachEngineForItself() {
        String caller = caller();
        servers.redis().pause();
        try {
            List<Answer> answers = IntStream.range(0, 4 * BURST)
                    .mapToObj(i -> api(i % 2, caller).get(PATH))
                    .toList();

            assertThat(allowed(answers)).isBetween(2L * BURST, 2L * BURST + 20);
            assertThat(allowed(answers)).isLessThan(4L * BURST);
        } finally {
            servers.redis().resume();
        }
    }

    private static double leases(Management management) {
        return management.metric("redis_calls_seconds_count", "kind=\"limit\"");
    }

    private static long allowed(List<Answer> answers) {
        assertThat(answers).allMatch(answer -> answer.status() == 200 || answer.status() == 429);
        return answers.stream().filter(answer -> answer.status() == 200).count();
    }

    private static Api api(int on, String caller) {
        return engine.as(on, "customer", caller);
    }

    private static String caller() {
        return "c-" + UUID.randomUUID();
    }
}
