package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.support.TestCertificate;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.transport.Transport;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The port itself: clients that take their time, pages of other origins, and TLS; without any other server. */
class ListenerTest {

    private static final String ORIGIN = "https://shop.example.com";
    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration LATE = Duration.ofSeconds(60);

    @TempDir
    private static Path folder;

    private static TestCertificate first;
    private static TestCertificate second;

    private final Vertx vertx = Vertx.builder()
            .withTransport(new FirstRequestTransport(Transport.NIO, SOON))
            .build();
    private final AtomicInteger smuggled = new AtomicInteger();
    private Listener listener;
    private URI uri;

    private static final ScheduledExecutorService DRIPPING = Executors.newSingleThreadScheduledExecutor();

    @AfterAll
    static void dry() {
        DRIPPING.shutdownNow();
    }

    @BeforeAll
    static void certify() {
        first = TestCertificate.create(folder);
        second = TestCertificate.create(folder);
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private void listen(Duration header, Duration body, Duration idle) {
        listen(config(header, body, idle, new EngineConfig.Tls(null, null)));
    }

    private void listen(EngineConfig.Http config) {
        start(config).await();
        uri = URI.create((config.tls().isOn() ? "https" : "http") + "://127.0.0.1:" + listener.port());
    }

    private Future<?> start(EngineConfig.Http config) {
        listener = new Listener(vertx, config, new SimpleMeterRegistry());
        Problems problems = new Problems(new JsonOut(JsonMapping.create()), listener.headers());
        Router router = Router.router(vertx);
        router.route().handler(new RequestStart(listener.headers(), listener.connections(), Spans.off()));
        router.route().handler(Cors.of(Set.of(ORIGIN)));
        router.get("/").handler(context -> context.response().end("got"));
        router.post("/")
                .handler(BodyHandler.create(false))
                .handler(context ->
                        context.response().end("read " + context.body().length()));
        router.get("/smuggled").handler(context -> {
            smuggled.incrementAndGet();
            context.response().end("smuggled");
        });
        router.get("/held")
                .handler(context ->
                        vertx.setTimer(800, late -> context.response().end("held")));
        router.route().failureHandler(problems);
        for (int status : new int[] {403, 408}) {
            router.errorHandler(status, problems);
        }
        return listener.listen(router, problems);
    }

    private static EngineConfig.Http config(Duration header, Duration body, Duration idle, EngineConfig.Tls tls) {
        return new EngineConfig.Http(
                "127.0.0.1", 0, 0, 1, 1, LATE, Duration.ZERO, Duration.ZERO, header, body, idle, Set.of(), tls);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "G",
                "GET / HT",
                "PRI * HT",
                "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
            })
    void client_whoSendsHisFirstRequestByteByByte_isCutOff(String beginning) throws IOException {
        listen(SOON, LATE, LATE);
        try (Socket socket = connect()) {
            send(socket, beginning);

            drip(socket, "x");

            await().atMost(LATE).until(() -> isClosed(socket));
        }
    }

    @Test
    void client_whoSendsHisFirstRequestOverTlsByteByByte_isCutOff() throws IOException {
        write(first.chain(), first.key());
        listen(config(SOON, LATE, LATE, files()));
        try (Socket socket = first.trusting().getSocketFactory().createSocket("127.0.0.1", listener.port())) {
            send(socket, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ");
            socket.setSoTimeout(20);

            drip(socket, "x");

            await().atMost(LATE).until(() -> isClosed(socket));
        }
    }

    @Test
    void client_whoSendsNothing_isCutOff() throws IOException {
        listen(LATE, LATE, SOON);
        try (Socket socket = connect()) {
            await().atMost(LATE).until(() -> isClosed(socket));
        }
    }

    @Test
    void client_whoSendsHisSecondRequestByteByByte_isCutOff() throws IOException {
        listen(LATE, LATE, SOON);
        try (Socket socket = connect()) {
            send(socket, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            assertThat(read(socket, "got")).startsWith("HTTP/1.1 200");
            send(socket, "GET / HTTP/1.1\r\n");

            drip(socket, "x");

            await().atMost(LATE).until(() -> isClosed(socket));
        }
    }

    @Test
    void client_whoSendsHisBodyByteByByte_isToldAndCutOff() throws IOException {
        listen(LATE, SOON, LATE);
        try (Socket socket = connect()) {
            send(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n");

            drip(socket, "x");

            String answer = read(socket, "\"code\":\"request_timeout\"");
            assertThat(answer).startsWith("HTTP/1.1 408").contains("application/problem+json");
            await().atMost(LATE).until(() -> isClosed(socket));
        }
    }

    @Test
    void client_whoWaitsForAnAnswer_isLeftAlone() throws IOException {
        listen(SOON, SOON, LATE);
        try (Socket socket = connect()) {
            send(socket, "GET /held HTTP/1.1\r\nHost: x\r\n\r\n");

            assertThat(read(socket, "held")).startsWith("HTTP/1.1 200");

            send(socket, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab");
            assertThat(read(socket, "read 2")).startsWith("HTTP/1.1 200");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Host: a\r\nHost: b\r\n", "Host: a\r\nhost: a\r\n"})
    void request_withoutOneHost_isRefused(String hosts) throws IOException {
        listen(LATE, LATE, LATE);
        try (Socket socket = connect()) {
            send(socket, "GET / HTTP/1.1\r\n" + hosts + "\r\n");

            assertThat(read(socket, "bad_request"))
                    .startsWith("HTTP/1.1 400")
                    .containsIgnoringCase("x-content-type-options: nosniff");
        }
    }

    static Stream<String> ambiguous() {
        String head = "POST / HTTP/1.1\r\nHost: x\r\n";
        String five = "Content-Length: 5\r\n";
        String chunked = "Transfer-Encoding: chunked\r\n";
        return Stream.of(
                head + five + chunked + "\r\n0\r\n\r\n",
                head + chunked + five + "\r\n0\r\n\r\n",
                head + "Transfer-Encoding:\r\n chunked\r\n" + five + "\r\n0\r\n\r\n",
                head + "Transfer-Encoding : chunked\r\n" + five + "\r\n0\r\n\r\n",
                head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
                head + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
                head + chunked + "\r\n-1\r\n\r\n",
                head + chunked + "\r\n0x0\r\n\r\n",
                head + chunked + "\r\nfffffffffffffffff\r\n\r\n",
                head + "Content-Length: +0\r\n\r\n",
                head + "Content-Length: 0x0\r\n\r\n",
                head + "Content-Length: 0, 5\r\n\r\n",
                head + "Content-Length: 0\r\nContent-Length: 5\r\n\r\n",
                head + "X: a\rContent-Length: 5\r\n\r\n",
                head.replace("\r\n", "\n") + "Content-Length: 0\n\n",
                head.replace("1.1", "1.0") + chunked + five + "\r\n0\r\n\r\n");
    }

    /** Whatever a proxy takes such a request for, the engine must not find a second one in it. */
    @ParameterizedTest
    @MethodSource("ambiguous")
    void request_thatCouldBeReadInTwoWays_isTheLastOfItsConnection(String request) throws IOException {
        listen(LATE, LATE, LATE);
        try (Socket socket = connect()) {
            send(socket, request + "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n");

            String answer = read(socket, "bad_request");

            // What breaks within the body ends the connection without a word.
            assertThat(answer).matches(Pattern.compile("(HTTP/1\\.[01] 400 .*)?", Pattern.DOTALL));
            await().atMost(LATE).until(() -> isClosed(socket));
            assertThat(smuggled).hasValue(0);
        }
    }

    @Test
    void page_ofAnAllowedOrigin_mayCall_andNoOther() throws Exception {
        listen(LATE, LATE, LATE);

        HttpResponse<String> preflight = call(HttpRequest.newBuilder(uri)
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", ORIGIN)
                .header("Access-Control-Request-Method", "PUT")
                .header("Access-Control-Request-Headers", "authorization,if-match"));
        HttpResponse<String> allowed = call(HttpRequest.newBuilder(uri).header("Origin", ORIGIN));
        HttpResponse<String> other = call(HttpRequest.newBuilder(uri).header("Origin", ORIGIN + ".evil.com"));

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .contains(ORIGIN);
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Methods")
                        .orElseThrow())
                .contains("PUT");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials"))
                .isEmpty();
        assertThat(allowed.headers().firstValue("Access-Control-Allow-Origin")).contains(ORIGIN);
        assertThat(allowed.headers().firstValue("Access-Control-Expose-Headers").orElseThrow())
                .contains("ETag");
        assertThat(other.statusCode()).isEqualTo(403);
        assertThat(other.body()).contains("origin_not_allowed");
    }

    @Test
    void port_withACertificate_speaksTls13And12_andNothingOlder() throws Exception {
        listenWith(first);

        assertThat(protocol("TLSv1.3")).isEqualTo("TLSv1.3");
        assertThat(protocol("TLSv1.2")).isEqualTo("TLSv1.2");
        assertThat(protocol("TLSv1.1")).isEqualTo("none");
        HttpResponse<String> answer = call(HttpRequest.newBuilder(uri));
        assertThat(answer.body()).isEqualTo("got");
        assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(answer.headers().firstValue("Strict-Transport-Security")).contains("max-age=31536000");
    }

    @Test
    void port_whenTheCertificateIsReplaced_showsTheNewOne_andKeepsItWhenTheNextIsOfNoUse() throws Exception {
        listenWith(first);
        assertThat(shown()).isEqualTo(first.certificate());

        write(second.chain(), first.key());
        write(second.chain(), second.key());
        await().atMost(LATE).until(() -> shown().equals(second.certificate()));

        write(first.chain(), second.key());
        await().pollDelay(Duration.ofMillis(2_500)).until(() -> shown().equals(second.certificate()));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void certificate_ofNoUse_stopsTheStart(boolean otherKey) throws IOException {
        write(first.chain(), otherKey ? second.key() : "nonsense");

        assertThat(start(config(LATE, LATE, LATE, files()))
                        .transform(done -> Future.succeededFuture(done.failed()))
                        .await())
                .isTrue();
    }

    private void listenWith(TestCertificate certificate) throws IOException {
        write(certificate.chain(), certificate.key());
        listen(config(LATE, LATE, LATE, files()));
    }

    private static EngineConfig.Tls files() {
        return new EngineConfig.Tls(folder.resolve("chain.pem"), folder.resolve("key.pem"));
    }

    private static void write(String chain, String key) throws IOException {
        Files.writeString(folder.resolve("chain.pem"), chain);
        Files.writeString(folder.resolve("key.pem"), key);
    }

    /** What the handshake agrees on when the client offers one version. */
    private String protocol(String offered) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) first.trusting().getSocketFactory().createSocket("127.0.0.1", listener.port())) {
            socket.setEnabledProtocols(new String[] {offered});
            socket.startHandshake();
            return socket.getSession().getProtocol();
        } catch (SSLHandshakeException refused) {
            return "none";
        }
    }

    private Certificate shown() throws IOException {
        for (TestCertificate trusted : new TestCertificate[] {first, second}) {
            try (SSLSocket socket =
                    (SSLSocket) trusted.trusting().getSocketFactory().createSocket("127.0.0.1", listener.port())) {
                socket.startHandshake();
                return socket.getSession().getPeerCertificates()[0];
            } catch (SSLHandshakeException another) {
                // The next may be it.
            }
        }
        throw new AssertionError("neither certificate is shown");
    }

    private static HttpResponse<String> call(HttpRequest.Builder request) throws Exception {
        HttpClient client = HttpClient.newBuilder().sslContext(first.trusting()).build();
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", listener.port());
        socket.setSoTimeout(20);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** Goes on sending until the other side does not want any more. */
    private static void drip(Socket socket, String drop) {
        DRIPPING.scheduleWithFixedDelay(
                () -> {
                    try {
                        send(socket, drop);
                    } catch (IOException closed) {
                        throw new UncheckedIOException("this ends it", closed);
                    }
                },
                0,
                50,
                TimeUnit.MILLISECONDS);
    }

    private static boolean isClosed(Socket socket) {
        try {
            while (socket.getInputStream().read() >= 0) {
                // What is left of an answer.
            }
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static String read(Socket socket, String until) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        Callable<Boolean> there = () -> {
            try {
                int next = in.read();
                while (next >= 0 && text.indexOf(until) < 0) {
                    text.append((char) next);
                    if (text.indexOf(until) >= 0) {
                        return true;
                    }
                    next = in.read();
                }
                return next < 0 || text.indexOf(until) >= 0;
            } catch (java.net.SocketTimeoutException notYet) {
                return false;
            }
        };
        await().atMost(LATE).until(there);
        return text.toString();
    }
}
