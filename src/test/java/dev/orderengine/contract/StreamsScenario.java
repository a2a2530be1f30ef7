package dev.orderengine.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.support.Api;
import dev.orderengine.support.LiveStream;
import dev.orderengine.support.Management;
import dev.orderengine.support.OrderRequests;
import dev.orderengine.support.RunningEngine;
import java.time.Duration;

/** Following the events of an order, and of all. */
final class StreamsScenario implements Scenario {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String STREAM = "text/event-stream";

    @Override
    public void play(RunningEngine engine) {
        Api shop = engine.as("service").with(TRACED);
        String begin;
        try (LiveStream all = shop.stream("/events")) {
            await().atMost(PATIENCE).until(() -> all.lastId() != null);
            begin = all.lastId();
            String order = shop.place(OrderRequests.example()).text("order_id");
            await().atMost(PATIENCE).until(() -> !all.events().isEmpty());
            shop.stream("/orders/" + order + "/events?after=0", "Last-Event-ID", "0")
                    .close();
        }
        shop.stream("/events?after=" + begin, "Last-Event-ID", begin).close();
        assertThat(shop.get("/events", "Accept", STREAM, "Last-Event-ID", "*").status())
                .isEqualTo(400);
        engine.texts("SELECT number_events(100000)");
        engine.texts("SELECT forget_events(now() + interval '1 hour', 100000)");
        assertThat(shop.get("/events", "Accept", STREAM, "Last-Event-ID", begin).status())
                .isEqualTo(410);
        // Whoever follows would keep the tail where the next one needs no database.
        await().atMost(PATIENCE)
                .until(() -> new Management(engine.managementPort()).metric("event_tail_followers") == 0);
    }
}
