package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.http.EventStream.Frame;
import dev.orderengine.http.EventStream.Page;
import dev.orderengine.http.EventStream.Times;
import dev.orderengine.telemetry.TraceContext;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One stream over a real socket, its pages and news in the test's hands. */
@Timeout(60)
class EventStreamTest {

    private static final Times LONG = new Times(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMinutes(5));
    private static final Page NOTHING_YET = new Page(List.of(), 0, false);

    private final Vertx vertx = Vertx.vertx();
    private final LinkedBlockingQueue<Reading> readings = new LinkedBlockingQueue<>();
    private final AtomicInteger over = new AtomicInteger();
    private final AtomicInteger cut = new AtomicInteger();
    private volatile EventStream stream;
    private volatile Context loop;
    private Socket client;
    private InputStream answer;

    /** The stream reads what comes after a number. */
    private record Reading(long after, Promise<Page> page) {}

    @AfterEach
    void close() throws IOException {
        client.close();
        vertx.close().await();
    }

    @Test
    void news_thatFollow_areWritten_andOthersAreNot() throws Exception {
        open(LONG, this::asked);
        answered(0, NOTHING_YET);

        news(frame(1), frame(2));
        news(frame(2), frame(3));

        assertThat(read("id: 3\n"))
                .containsSubsequence("id: 1\n", "id: 2\n", "id: 3\n")
                .containsOnlyOnce("id: 2\n");
        assertThat(readings).isEmpty();
    }

    @Test
    void news_thatLeaveAGap_makeItRead() throws Exception {
        open(LONG, this::asked);
        answered(0, NOTHING_YET);

        news(frame(3));
        answered(0, page(1, 3, false));

        assertThat(read("id: 3\n")).containsSubsequence("id: 1\n", "id: 2\n", "id: 3\n");
    }

    @Test
    void news_whileItReads_makeItReadOnceMore() throws Exception {
        open(LONG, this::asked);
        Reading first = next();

        news(frame(1));
        first.page().complete(NOTHING_YET);

        answered(0, page(1, 1, false));
        assertThat(read("id: 1\n")).containsOnlyOnce("id: 1\n");
    }

    @Test
    void pages_areReadUntilThereAreNoMore() throws Exception {
        open(LONG, this::asked);

        answered(0, page(1, 2, true));
        answered(2, page(3, 4, true));
        answered(4, new Page(List.of(), 5, false));
        news(frame(6));

        assertThat(read("id: 6\n"))
                .as("an event that is no more is passed over")
                .containsSubsequence("id: 1\n", "id: 2\n", "id: 3\n", "id: 4\n", "id: 6\n");
    }

    @Test
    void page_thatCannotBeRead_endsTheStreamInOrder() throws Exception {
        open(LONG, this::asked);

        next().page().fail("away");

        assertThat(read("\r\n0\r\n\r\n")).contains("retry: 2000\n");
        await().until(() -> over.get() == 1);
    }

    @Test
    void stream_withNothingToTell_sendsComments() throws Exception {
        open(new Times(Duration.ofMillis(20), Duration.ofMinutes(5), Duration.ofMinutes(5)), this::asked);
        answered(0, NOTHING_YET);

        assertThat(read(":\n\n\r\n3\r\n:\n\n")).isNotEmpty();
    }

    @Test
    void stream_whoseTokenExpires_ends() throws Exception {
        open(new Times(Duration.ofMinutes(5), Duration.ofMinutes(5), Duration.ofMillis(20)), this::asked);
        answered(0, NOTHING_YET);

        read("\r\n0\r\n\r\n");
        await().until(() -> over.get() == 1);
        assertThat(cut).hasValue(0);
    }

    /** There is always more to read: what is read stays near what the socket's buffers hold. */
    @Test
    void client_thatReadsNothing_stopsTheReading_andIsCutOff() throws Exception {
        AtomicInteger pages = new AtomicInteger();
        Buffer large = Buffer.buffer("x".repeat(100_000));
        open(new Times(Duration.ofMillis(10), Duration.ofMillis(300), Duration.ofMinutes(5)), after -> {
            pages.incrementAndGet();
            return later(new Page(List.of(Frame.of(after + 1, "1", "large", large)), after + 1, true));
        });

        await().until(() -> cut.get() == 1);
        await().until(() -> over.get() == 1);

        assertThat(pages).as("of 100 KB each").hasValueLessThan(200);
    }

    @Test
    void client_thatReadsSlowly_getsEverything() throws Exception {
        Buffer large = Buffer.buffer("x".repeat(100_000));
        open(
                LONG,
                after -> later(new Page(
                        List.of(Frame.of(after + 1, String.valueOf(after + 1), "large", large)),
                        after + 1,
                        after < 29)));

        assertThat(read("id: 30\n").lines().filter(line -> line.startsWith("id: ")))
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 30)
                        .mapToObj(id -> "id: " + id)
                        .toList());
    }

    @Test
    void client_thatGoesAway_endsTheStream() throws Exception {
        open(LONG, this::asked);
        answered(0, NOTHING_YET);

        client.close();

        await().until(() -> over.get() == 1);
        news(frame(1));
        assertThat(readings).isEmpty();
    }

    private void open(Times times, LongFunction<Future<Page>> pages) throws IOException {
        Router router = Router.router(vertx);
        router.get("/stream").handler(context -> begin(context, times, pages));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await();
        client = new Socket();
        client.setReceiveBufferSize(8_192);
        client.connect(new InetSocketAddress("127.0.0.1", server.actualPort()));
        client.getOutputStream()
                .write("GET /stream HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        answer = client.getInputStream();
    }

    private void begin(RoutingContext context, Times times, LongFunction<Future<Page>> pages) {
        RequestContext.attach(context, TraceContext.of(null), null, 0);
        loop = vertx.getOrCreateContext();
        stream = new EventStream(vertx, context, pages, times, cut::incrementAndGet);
        stream.open(0, null, over::incrementAndGet);
    }

    private Future<Page> asked(long after) {
        Promise<Page> page = Promise.promise();
        readings.add(new Reading(after, page));
        return page.future();
    }

    private Reading next() throws InterruptedException {
        Reading reading = readings.poll(10, TimeUnit.SECONDS);
        assertThat(reading).as("the stream reads").isNotNull();
        return new Reading(reading.after(), onLoop(reading.page()));
    }

    private void answered(long after, Page page) throws InterruptedException {
        Reading reading = next();
        assertThat(reading.after()).isEqualTo(after);
        reading.page().complete(page);
    }

    /** As a database answers: not while it is asked. */
    private Future<Page> later(Page page) {
        Promise<Page> promise = Promise.promise();
        loop.runOnContext(now -> promise.complete(page));
        return promise.future();
    }

    /** Pages come on the stream's event loop. */
    private Promise<Page> onLoop(Promise<Page> page) {
        Promise<Page> here = Promise.promise();
        here.future().onComplete(done -> loop.runOnContext(now -> page.handle(done)));
        return here;
    }

    private void news(Frame... frames) {
        loop.runOnContext(now -> stream.news(List.of(frames)));
    }

    private static Page page(long from, long to, boolean more) {
        return new Page(
                LongStream.rangeClosed(from, to)
                        .mapToObj(EventStreamTest::frame)
                        .toList(),
                to,
                more);
    }

    private static Frame frame(long number) {
        return Frame.of(number, String.valueOf(number), "test", Buffer.buffer("{}"));
    }

    /** The answer up to that text. */
    private String read(String until) throws IOException {
        StringBuilder text = new StringBuilder();
        byte[] bytes = new byte[4_096];
        while (text.indexOf(until, Math.max(0, text.length() - 8_192)) < 0) {
            int length = answer.read(bytes);
            assertThat(length).as("ended after: " + text).isPositive();
            text.append(new String(bytes, 0, length, StandardCharsets.ISO_8859_1));
        }
        return text.toString();
    }
}
