package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.batch.Overloaded;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.order.Fault;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.telemetry.Spans;
import io.vertx.core.Vertx;
import io.vertx.core.VertxException;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.handler.HttpException;
import io.vertx.pgclient.PgException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each failure as the document that a client sees. */
class ProblemsTest {

    private static final Connections CONNECTIONS =
            new Connections(new Connections.Times(Duration.ZERO, Duration.ZERO, Duration.ZERO));

    private final Vertx vertx = Vertx.vertx();
    private Throwable failure;
    private int status;
    private Api api;

    @BeforeEach
    void serve() {
        Problems problems = new Problems(new JsonOut(JsonMapping.create()), new SecurityHeaders(false));
        Router router = Router.router(vertx);
        router.get("/api/v1/bare").handler(context -> context.fail(failure));
        router.route().handler(new RequestStart(new SecurityHeaders(false), CONNECTIONS, Spans.off()));
        router.get("/api/v1/fails").handler(context -> context.fail(failure));
        router.get("/api/v1/throws").handler(context -> {
            throw (RuntimeException) failure;
        });
        router.get("/api/v1/status").handler(context -> context.fail(status));
        router.get("/api/v1/late").handler(context -> {
            context.response().setChunked(true).write("half");
            context.fail(failure);
        });
        router.get("/api/v1/ended").handler(context -> {
            context.response().end("whole");
            context.fail(failure);
        });
        router.route().failureHandler(problems);
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await();
        api = new Api(
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                URI.create("http://127.0.0.1:" + server.actualPort()),
                null);
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of(new ProblemException(Problem.notFound()), 404, "not_found"),
                Arguments.of(new Overloaded("placement"), 503, "overloaded"),
                Arguments.of(new TimeoutException("late"), 503, "dependency_unavailable"),
                Arguments.of(new ConnectException("refused"), 503, "dependency_unavailable"),
                Arguments.of(new IOException("reset"), 503, "dependency_unavailable"),
                Arguments.of(new VertxException("closed"), 503, "dependency_unavailable"),
                Arguments.of(new ReplyException(ReplyFailure.TIMEOUT, "late"), 503, "dependency_unavailable"),
                Arguments.of(new PgException("shutting down", "FATAL", "57P01", ""), 503, "dependency_unavailable"),
                Arguments.of(new PgException("constraint", "ERROR", "23514", ""), 500, "internal_error"),
                Arguments.of(new HttpException(400), 400, "bad_request"),
                Arguments.of(new HttpException(413), 413, "body_too_large"),
                Arguments.of(new IllegalStateException("secret detail"), 500, "internal_error"));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void failure_isAProblemOfItsKind(Throwable fault, int expected, String code) {
        failure = fault;

        Answer answer = api.get("/fails");

        assertThat(answer.status()).isEqualTo(expected);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.text("status")).isEqualTo(String.valueOf(expected));
        assertThat(answer.text("code")).isEqualTo(code);
        assertThat(answer.text("type")).isEqualTo("urn:order-engine:problem:" + code);
        assertThat(answer.text("title")).isNotEmpty();
        assertThat(answer.text("trace_id"))
                .isEqualTo(answer.header("traceparent").orElseThrow().substring(3, 35));
        assertThat(answer.header("Retry-After").isPresent()).isEqualTo(expected == 503);
        assertThat(answer.body()).doesNotContain("secret detail", "constraint");
    }

    @Test
    void failure_thatIsThrown_isTheSame() {
        failure = new IllegalStateException("secret detail");

        assertThat(api.get("/throws").text("code")).isEqualTo("internal_error");
    }

    @Test
    void failure_beforeTheRequestHasATrace_isAProblemToo() {
        failure = new IllegalStateException("early");

        Answer answer = api.get("/bare");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.text("code")).isEqualTo("internal_error");
        assertThat(answer.text("trace_id")).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 404, 405, 406, 413, 414, 415, 431, 500})
    void status_isAProblemOfThatStatus(int expected) {
        status = expected;

        Answer answer = api.get("/status");

        assertThat(answer.status()).isEqualTo(expected);
        assertThat(answer.text("status")).isEqualTo(String.valueOf(expected));
        assertThat(answer.text("detail")).isNotEmpty();
    }

    @Test
    void failure_afterTheAnswerBegan_cutsItOff() {
        failure = new IllegalStateException("late");

        assertThat(api.getLater("/late")).failsWithin(java.time.Duration.ofSeconds(10));
    }

    @Test
    void failure_afterTheAnswerEnded_changesNothing() {
        failure = new IllegalStateException("later");

        assertThat(api.get("/ended").body()).isEqualTo("whole");
    }

    @Test
    void faults_areListed_andOneGivesTheProblemItsCode() {
        Fault one = new Fault("/a", "required", "is required");
        Fault two = new Fault("/b", "wrong_type", "must be a string");
        failure = new ProblemException(Problem.unprocessable(List.of(one, two)));

        Answer answer = api.get("/fails");

        assertThat(answer.text("code")).isEqualTo("validation_failed");
        assertThat(answer.errors()).containsExactly("/a required", "/b wrong_type");
        assertThat(answer.json().get("errors").get(0).get("message").asText()).isEqualTo("is required");
        assertThat(Problem.unprocessable(List.of(one)).code()).isEqualTo("required");
        assertThat(Problem.unprocessable(List.of(one)).detail()).isEqualTo("is required");
    }
}
