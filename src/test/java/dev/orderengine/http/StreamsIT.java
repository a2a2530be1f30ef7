package dev.orderengine.http;

import static dev.orderengine.support.OrderRequests.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.dev.Services;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.LiveStream;
import dev.orderengine.support.Management;
import dev.orderengine.support.RunningEngine;
import dev.orderengine.support.SharedServices;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams of events, from two engines on one database. */
@ExtendWith(SharedServices.class)
@Timeout(120)
class StreamsIT {

    private static final int MAX_STREAMS = 12;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String UNKNOWN = "01950000-0000-7000-8000-000000000001";

    private static final String ADD_EVENTS = """
            INSERT INTO order_events
            SELECT ?, n, 'order.review_required', jsonb_build_object('matched_rules', ARRAY [repeat('x', ?)]), 'test', now()
            FROM generate_series(?, ?) AS n""";

    private static RunningEngine engine;
    private static Api shop;
    private static Management management;

    @BeforeAll
    static void start(Services services) {
        Map<String, String> settings = new HashMap<>(RunningEngine.API_ONLY);
        settings.put("ENGINE_HTTP_MAX_STREAMS", String.valueOf(MAX_STREAMS));
        settings.put("ENGINE_HTTP_STREAM_PATIENCE", "PT1S");
        engine = RunningEngine.start(services, StreamsIT.class, settings);
        engine.startAnother();
        shop = engine.as("service");
        management = new Management(engine.managementPort());
    }

    @AfterAll
    static void stop() {
        engine.close();
    }

    @Test
    void ofOrder_tellsWhatHappened_andThenWhatHappens() {
        String id = place("c-live");
        add(id, 2, 2);
        try (LiveStream stream = engine.asCustomer("c-live").stream("/orders/" + id + "/events")) {
            awaitIds(stream, "1", "2");
            add(id, 3, 4);
            awaitIds(stream, "1", "2", "3", "4");

            assertThat(stream.status()).isEqualTo(200);
            assertThat(stream.header("Content-Type")).contains("text/event-stream");
            assertThat(stream.events())
                    .extracting(LiveStream.Event::type)
                    .containsExactly(
                            "order.placed", "order.review_required", "order.review_required", "order.review_required");
            assertThat(stream.events().stream().map(LiveStream.Event::json))
                    .as("the events are those of the list")
                    .containsExactlyElementsOf(shop.get("/orders/" + id + "/events")
                            .elements("items")
                            .toList());
        }
    }

    @Test
    void ofOrder_overHttp2AndForOneWhoTakesGzip_isTheSame() {
        String id = place("c-http2");
        HttpClient http2 =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build();
        Api api = new Api(http2, shop.engine(), engine.tokens().token("service"));
        try (LiveStream stream = api.stream("/orders/" + id + "/events", "Accept-Encoding", "gzip")) {
            awaitIds(stream, "1");
            add(id, 2, 2);
            awaitIds(stream, "1", "2");
        }
    }

    @ParameterizedTest
    @CsvSource({"?after=2,,3", "'',3,4", "?after=1,3,4", "?after=9,,"})
    void ofOrder_takenUpAgain_goesOnAfterThat(String query, String lastEventId, String first) {
        String id = place("c-resume");
        add(id, 2, 5);
        String[] headers = lastEventId == null ? new String[0] : new String[] {"Last-Event-ID", lastEventId};
        try (LiveStream stream = shop.stream("/orders/" + id + "/events" + query, headers)) {
            add(id, 6, 10);

            String from = first == null ? "10" : first;
            await().atMost(PATIENCE).until(() -> stream.ids().contains("10"));
            assertThat(stream.ids())
                    .containsExactlyElementsOf(IntStream.rangeClosed(Integer.parseInt(from), 10)
                            .mapToObj(String::valueOf)
                            .toList());
        }
    }

    /** Clients that come, go and come back while events are written: each sees every event once, in order. */
    @Test
    void ofOrder_comingBackWhileEventsAreWritten_hasNoGapAndNoDuplicate() {
        String id = place("c-busy");
        CompletableFuture<Void> writing = CompletableFuture.runAsync(
                () -> IntStream.rangeClosed(2, 200).forEach(sequence -> add(id, sequence, sequence)));
        List<CompletableFuture<List<String>>> clients = Stream.of(shop, engine.as(1, "service"), shop)
                .map(api -> CompletableFuture.supplyAsync(() -> seenByOneWhoComesBack(api, id, 200)))
                .toList();
        writing.join();

        List<String> all =
                IntStream.rangeClosed(1, 200).mapToObj(String::valueOf).toList();
        clients.forEach(client -> assertThat(client.join()).isEqualTo(all));
    }

    @Test
    void ofOrder_ofSomebodyElse_is404_andAListForWhoDoesNotAskForAStream() {
        String id = place("c-owner");

        assertThat(streamStatus(engine.asCustomer("c-stranger"), "/orders/" + id + "/events"))
                .isEqualTo(404);
        assertThat(streamStatus(shop, "/orders/" + UNKNOWN + "/events")).isEqualTo(404);
        assertThat(shop.get("/orders/" + id + "/events", "Accept", "*/*").header("Content-Type"))
                .contains("application/json");
        assertThat(shop.get("/orders/" + id + "/events", "Accept", "application/json, text/event-stream;q=0.5")
                        .header("Content-Type"))
                .contains("application/json");
        assertThat(shop.get("/orders/" + id + "/events", "Accept", "text/html").status())
                .isEqualTo(406);
        assertThat(shop.get("/events", "Accept", "application/json").status()).isEqualTo(406);
    }

    @Test
    void stream_withFaults_namesThem() {
        String path = "/orders/" + place("c-faults") + "/events";
        String accept = "text/event-stream";

        assertThat(shop.get(path + "?after=-1&limit=3", "Accept", accept).errors())
                .containsExactlyInAnyOrder("query/after invalid_value", "query/limit unknown_parameter");
        assertThat(shop.get(path, "Accept", accept, "Last-Event-ID", "x").errors())
                .containsExactly("header/Last-Event-ID invalid_value");
        assertThat(shop.get(path + "?after=x", "Accept", accept, "Last-Event-ID", "1")
                        .errors())
                .containsExactly("query/after invalid_value");
        assertThat(shop.get("/events", "Accept", accept, "Last-Event-ID", "7").errors())
                .containsExactly("header/Last-Event-ID invalid_value");
    }

    @Test
    void ofAll_isForStaff() {
        assertThat(streamStatus(engine.asCustomer("c-1"), "/events")).isEqualTo(403);
        assertThat(streamStatus(engine.withToken(null), "/events")).isEqualTo(401);
        assertThat(streamStatus(engine.as("reviewer"), "/events")).isEqualTo(200);
    }

    @Test
    void ofAll_beginsNow_andGoesOnWhereTheClientLeftOff() {
        place("c-before");
        String missed;
        String lastId;
        try (LiveStream stream = shop.stream("/events")) {
            await().atMost(PATIENCE).until(() -> stream.lastId() != null);
            lastId = stream.lastId();
            missed = place("c-missed");
            await().atMost(PATIENCE).until(() -> orders(stream).contains(missed));
        }
        String later = place("c-later");
        try (LiveStream resumed = engine.as(1, "service").stream("/events", "Last-Event-ID", lastId)) {
            await().atMost(PATIENCE).until(() -> orders(resumed).contains(later));

            assertThat(orders(resumed)).containsSubsequence(missed, later);
            LiveStream.Event first = resumed.events().get(0);
            assertThat(first.type()).isEqualTo("order.placed");
            assertThat(first.json().properties().stream().map(Map.Entry::getKey))
                    .containsExactly("order_id", "sequence", "type", "data", "actor", "at");
        }
    }

    /** Orders arrive through two engines, and change, while two clients come, go and come back. */
    @Test
    void ofAll_whileOrdersArriveAndChange_bringsEachEventOnceAndInTheOrderOfItsOrder() {
        String begin;
        try (LiveStream stream = shop.stream("/events")) {
            await().atMost(PATIENCE).until(() -> stream.lastId() != null);
            begin = stream.lastId();
        }
        List<String> placed = IntStream.range(0, 60)
                .parallel()
                .mapToObj(i -> placeAndChange(engine.as(i % 2, "service"), "c-all-" + i))
                .toList();

        List<List<LiveStream.Event>> seen = List.of(
                allSeenByOneWhoComesBack(engine.as(1, "service"), begin, placed),
                allSeenByOneWhoComesBack(shop, begin, placed));

        for (List<LiveStream.Event> events : seen) {
            assertThat(events).extracting(LiveStream.Event::id).doesNotHaveDuplicates();
            for (String order : placed) {
                assertThat(events.stream()
                                .map(LiveStream.Event::json)
                                .filter(event -> event.get("order_id").asText().equals(order))
                                .map(event -> event.get("sequence").asInt()))
                        .containsExactly(1, 2, 3);
            }
        }
        assertThat(seen.get(0)).as("both see the same line").isEqualTo(seen.get(1));
    }

    @Test
    void ofAll_fromAPositionThatIsNoLongerKept_is410() {
        String begin;
        try (LiveStream stream = shop.stream("/events")) {
            await().atMost(PATIENCE).until(() -> stream.lastId() != null);
            begin = stream.lastId();
            String order = place("c-old");
            await().atMost(PATIENCE).until(() -> orders(stream).contains(order));
        }
        engine.texts("SELECT forget_events(now() + interval '1 hour', 100000)");

        Answer gone = shop.get("/events", "Accept", "text/event-stream", "Last-Event-ID", begin);
        Answer strange =
                shop.get("/events", "Accept", "text/event-stream", "Last-Event-ID", Cursors.encode(Long.MAX_VALUE / 2));

        assertThat(gone.status()).isEqualTo(410);
        assertThat(gone.text("code")).isEqualTo("position_expired");
        assertThat(strange.status()).isEqualTo(410);
    }

    @Test
    void stream_beyondTheLimit_is503_untilOneEnds() {
        String path = "/orders/" + place("c-limit") + "/events";
        awaitNoStreams();
        List<LiveStream> open = new ArrayList<>();
        for (int i = 0; i < MAX_STREAMS; i++) {
            open.add(shop.stream(path));
        }

        Answer refused = shop.get(path, "Accept", "text/event-stream");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.header("Retry-After")).isPresent();
        assertThat(shop.get(path).status()).as("lists go on").isEqualTo(200);

        open.forEach(LiveStream::close);
        awaitNoStreams();
        assertThat(streamStatus(shop, path)).isEqualTo(200);
    }

    @Test
    void stream_ofATokenThatExpires_endsInOrder() {
        String id = place("c-token");
        String token = engine.tokens().token("service", "dev-service", Duration.ofSeconds(2));
        try (LiveStream stream = engine.withToken(token).stream("/orders/" + id + "/events")) {
            assertThat(stream.end()).succeedsWithin(PATIENCE);
            assertThat(stream.ids()).containsExactly("1");
        }
    }

    /** Ten megabytes wait for a client that reads nothing: the engine reads on no further than it can write. */
    @Test
    void stream_whoseClientDoesNotRead_isCutOff_andNobodyElseIs() throws IOException {
        String id = place("c-deaf");
        awaitNoStreams();
        add(id, 2, 1_000, 10_000);
        double cut = management.metric("http_streams_cut_total");
        try (LiveStream other = shop.stream("/orders/" + id + "/events");
                Socket deaf = new Socket()) {
            deaf.setReceiveBufferSize(4_096);
            deaf.connect(
                    new InetSocketAddress(shop.engine().getHost(), shop.engine().getPort()));
            deaf.getOutputStream()
                    .write(("GET /api/v1/orders/" + id
                                    + "/events HTTP/1.1\r\nHost: engine\r\nAccept: text/event-stream\r\n"
                                    + "Authorization: Bearer " + engine.tokens().token("service") + "\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));

            await().atMost(PATIENCE).until(() -> management.metric("http_streams_cut_total") == cut + 1);
            await().atMost(PATIENCE).until(() -> openStreams() == 1);
            await().atMost(PATIENCE).until(() -> other.ids().size() == 1_000);
            add(id, 1_001, 1_001);
            await().atMost(PATIENCE).until(() -> other.ids().contains("1001"));
            assertThat(other.ids()).doesNotHaveDuplicates();
        }
    }

    private static List<String> seenByOneWhoComesBack(Api api, String order, int events) {
        List<String> seen = new ArrayList<>();
        while (seen.size() < events) {
            String last = seen.isEmpty() ? "0" : seen.get(seen.size() - 1);
            int before = seen.size();
            try (LiveStream stream = api.stream("/orders/" + order + "/events", "Last-Event-ID", last)) {
                await().atMost(PATIENCE).until(() -> stream.ids().size() >= Math.min(40, events - before));
                seen.addAll(stream.ids());
            }
        }
        return seen;
    }

    private static List<LiveStream.Event> allSeenByOneWhoComesBack(Api api, String begin, List<String> orders) {
        List<LiveStream.Event> seen = new ArrayList<>();
        String last = begin;
        while (seen.stream().filter(event -> isOf(event, orders)).count() < 3L * orders.size()) {
            try (LiveStream stream = api.stream("/events", "Last-Event-ID", last)) {
                await().atMost(PATIENCE).until(() -> !stream.ids().isEmpty());
                seen.addAll(stream.events());
                last = seen.get(seen.size() - 1).id();
            }
        }
        return seen;
    }

    private static boolean isOf(LiveStream.Event event, List<String> orders) {
        return orders.contains(event.json().get("order_id").asText());
    }

    private static List<String> orders(LiveStream stream) {
        return stream.events().stream()
                .map(event -> event.json().get("order_id").asText())
                .toList();
    }

    private static String place(String customer) {
        return shop.place(of(customer, "sku-0001", 1)).text("order_id");
    }

    private static String placeAndChange(Api api, String customer) {
        String id = api.place(of(customer, "sku-0001", 1)).text("order_id");
        add(id, 2, 2);
        add(id, 3, 3);
        return id;
    }

    private static void add(String order, int from, int to) {
        add(order, from, to, 1);
    }

    private static void add(String order, int from, int to, int size) {
        engine.change(ADD_EVENTS, UUID.fromString(order), size, from, to);
    }

    private static void awaitIds(LiveStream stream, String... ids) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(stream.ids()).containsExactly(ids));
    }

    private static int streamStatus(Api api, String path) {
        try (LiveStream stream = api.stream(path)) {
            return stream.status();
        }
    }

    private static double openStreams() {
        return management.metric("http_server_in_flight", "calls=\"streams\"");
    }

    /** The engine learns of a client that went away a moment later. */
    private static void awaitNoStreams() {
        await().atMost(PATIENCE).until(() -> openStreams() == 0);
    }
}
