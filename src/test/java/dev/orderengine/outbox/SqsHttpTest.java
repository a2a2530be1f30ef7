package dev.orderengine.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.outbox.SqsCalls.RefusedEntry;
import dev.orderengine.support.EventLoop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.services.sqs.model.QueueDoesNotExistException;
import software.amazon.awssdk.services.sqs.model.SqsException;

@Timeout(60)
class SqsHttpTest {

    private static final String SECRET = "the secret";
    private static final String QUEUE = "http://queue.test/1/events";
    private static final String TAKEN = "{\"Successful\":[{\"Id\":\"0\",\"MessageId\":\"m\"}],\"Failed\":[]}";

    private final Vertx vertx = Vertx.vertx();
    private final EventLoop eventLoop = new EventLoop(vertx);
    private final List<Received> requests = new ArrayList<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean onEventLoop;
    private volatile BiConsumer<Integer, HttpServerRequest> answers = (number, request) -> answer(request, 200, TAKEN);
    private HttpServer server;
    private SqsHttp sqs;

    @BeforeEach
    void open() {
        server = vertx.createHttpServer()
                .requestHandler(this::receive)
                .listen(0, "127.0.0.1")
                .await();
        URI endpoint = URI.create("http://127.0.0.1:" + server.actualPort());
        sqs = new SqsHttp(vertx, new EngineConfig.Sqs(endpoint, "eu-test-1", "unused"), this::credentials);
    }

    private void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            requests.add(new Received(request, body.toString()));
            answers.accept(requests.size(), request);
        });
    }

    private AwsCredentials credentials() {
        asked.incrementAndGet();
        onEventLoop |= Context.isOnEventLoopThread();
        return AwsSessionCredentials.create("an id", SECRET, "a session");
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    @Test
    void send_messages_isSignedForSqsInItsRegionByVersion4() throws Exception {
        assertThat(send()).isEmpty();

        Received request = requests.get(0);
        assertThat(request.header("X-Amz-Target")).isEqualTo("AmazonSQS.SendMessageBatch");
        assertThat(request.header("Content-Type")).isEqualTo("application/x-amz-json-1.0");
        assertThat(request.header("X-Amz-Security-Token")).isEqualTo("a session");
        String day = request.header("X-Amz-Date").substring(0, 8);
        assertThat(request.header("Authorization"))
                .startsWith("AWS4-HMAC-SHA256 Credential=an id/" + day + "/eu-test-1/sqs/aws4_request")
                .endsWith("Signature=" + request.signature());
    }

    @Test
    void send_again_connectionAndCredentialsAreKept() {
        eventLoop.ask(() -> sendOneAfterTheOther(20));

        assertThat(asked).hasValue(1);
        assertThat(onEventLoop).isFalse();
        assertThat(requests.stream().map(Received::connection).distinct())
                .as("one that is not given back yet may be missed")
                .hasSizeLessThan(5);
    }

    @Test
    void send_entryRefused_isTold() {
        answers = (number, request) -> answer(
                request,
                200,
                "{\"Failed\":[{\"Id\":\"0\",\"SenderFault\":true,\"Code\":\"Odd\",\"Message\":\"it is odd\"}]}");

        assertThat(send()).singleElement().satisfies(refused -> {
            assertThat(refused.id()).isEqualTo("0");
            assertThat(refused.senderFault()).isTrue();
            assertThat(refused.code()).isEqualTo("Odd");
            assertThat(refused.message()).isEqualTo("it is odd");
        });
    }

    @Test
    void send_queueMissing_failsAsTheSdkDoes() {
        answers = (number, request) -> answer(
                request, 400, "{\"__type\":\"com.amazonaws.sqs#QueueDoesNotExist\",\"message\":\"no such queue\"}");

        assertThat(fault()).isInstanceOf(QueueDoesNotExistException.class).hasMessageContaining("no such queue");
    }

    @Test
    void send_refusedWhole_failsWithStatusAndCode() {
        answers = (number, request) -> answer(
                request, 403, "{\"__type\":\"com.amazon.coral.service#AccessDeniedException\",\"Message\":\"no\"}");

        assertThat(fault()).isInstanceOfSatisfying(SqsException.class, refusal -> {
            assertThat(refusal.statusCode()).isEqualTo(403);
            assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("AccessDeniedException");
            assertThat(refusal.awsErrorDetails().errorMessage()).isEqualTo("no");
        });
        assertThat(requests).as("SQS has answered: no second attempt").hasSize(1);
    }

    @Test
    void send_answerOfSomethingElse_isNoSuccess() {
        answers = (number, request) -> answer(request, number == 1 ? 200 : 502, "<html>proxy</html>");

        assertThat(fault())
                .isInstanceOfSatisfying(
                        SqsException.class,
                        refusal -> assertThat(refusal.statusCode()).isEqualTo(200));
        assertThat(fault())
                .isInstanceOfSatisfying(
                        SqsException.class,
                        refusal -> assertThat(refusal.statusCode()).isEqualTo(502));
    }

    @Test
    void send_connectionLostOnce_isReplaced() {
        answers = (number, request) -> {
            if (number == 1) {
                request.connection().close();
            } else {
                answer(request, 200, TAKEN);
            }
        };

        assertThat(send()).isEmpty();
        assertThat(requests).hasSize(2);
    }

    @Test
    void send_connectionLostAgain_fails() {
        answers = (number, request) -> request.connection().close();

        assertThat(fault()).isNotNull();
        assertThat(requests).hasSize(2);
    }

    @Test
    void send_noAnswer_failsAfterThreeSecondsWithoutASecondAttempt() {
        answers = (number, request) -> {};

        long start = System.nanoTime();
        assertThat(fault()).isInstanceOf(TimeoutException.class);
        assertThat((System.nanoTime() - start) / 1e9).isBetween(2.5, 5.0);
        assertThat(requests).hasSize(1);
    }

    @Test
    void queueUrl_knownName_isWhatSqsSays() {
        answers = (number, request) -> answer(request, 200, "{\"QueueUrl\":\"" + QUEUE + "\"}");

        assertThat(eventLoop.ask(() -> sqs.queueUrl("events"))).isEqualTo(QUEUE);
        assertThat(new JsonObject(requests.get(0).body)).isEqualTo(new JsonObject().put("QueueName", "events"));
    }

    private List<RefusedEntry> send() {
        return eventLoop.ask(() -> sqs.send(QUEUE, List.of(message())));
    }

    private Future<Void> sendOneAfterTheOther(int number) {
        Future<Void> sent = Future.succeededFuture();
        for (int i = 0; i < number; i++) {
            sent = sent.compose(before -> sqs.send(QUEUE, List.of(message())).mapEmpty());
        }
        return sent;
    }

    private Throwable fault() {
        return catchThrowable(this::send);
    }

    private static SqsMessage message() {
        return SqsMessage.of(
                0, new OutboxEvent(1, UUID.randomUUID(), 1, "order.placed", "{}", Instant.EPOCH, null, 0), null);
    }

    private static void answer(HttpServerRequest request, int status, String body) {
        request.response().setStatusCode(status).end(body);
    }

    private record Received(HttpServerRequest request, String body) {

        String header(String name) {
            return request.getHeader(name);
        }

        Object connection() {
            return request.connection();
        }

        /** What the published algorithm gives for this request: written here anew, from its description. */
        String signature() throws GeneralSecurityException {
            String authorization = header("Authorization");
            String names = authorization.replaceAll(".*SignedHeaders=([^,]+),.*", "$1");
            assertThat(names.split(";")).contains("host", "x-amz-date", "x-amz-target", "x-amz-security-token");
            String headers = Stream.of(names.split(";"))
                    .map(name -> name + ":" + header(name).strip() + "\n")
                    .collect(Collectors.joining());
            String canonical =
                    String.join("\n", request.method().name(), request.path(), "", headers, names, hex(sha256(body)));
            String time = header("X-Amz-Date");
            String day = time.substring(0, 8);
            String scope = day + "/eu-test-1/sqs/aws4_request";
            String toSign = String.join("\n", "AWS4-HMAC-SHA256", time, scope, hex(sha256(canonical)));
            byte[] key = ("AWS4" + SECRET).getBytes(StandardCharsets.UTF_8);
            for (String part : scope.split("/")) {
                key = hmac(key, part);
            }
            return hex(hmac(key, toSign));
        }

        private static byte[] sha256(String text) throws GeneralSecurityException {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        }

        private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        }

        private static String hex(byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
    }
}
