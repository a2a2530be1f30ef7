package dev.orderengine.http.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.support.SigningKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys of an issuer: published, rotated, withdrawn, out of reach, and of kinds that are not taken. */
class TokenKeysTest {

    private static final SigningKey RSA = SigningKey.rsa("rsa", 2_048);
    private static final SigningKey EC = SigningKey.p256("ec");
    private static final SigningKey ED = SigningKey.ed25519("ed");
    private static final Duration NO_PAUSE = Duration.ZERO;
    private static final Duration LONG_PAUSE = Duration.ofHours(1);

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicInteger reads = new AtomicInteger();
    private final Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    private HttpServer issuer;
    private volatile boolean holding;
    private volatile int status = 200;
    private volatile String published = "";

    @BeforeEach
    void serve() {
        issuer = vertx.createHttpServer()
                .requestHandler(this::answer)
                .listen(0, "127.0.0.1")
                .await();
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private void answer(HttpServerRequest request) {
        reads.incrementAndGet();
        if (holding) {
            held.add(request);
        } else if (status == 302 && !request.path().equals("/moved")) {
            request.response()
                    .setStatusCode(status)
                    .putHeader("Location", "/moved")
                    .end();
        } else {
            request.response().setStatusCode(status == 302 ? 200 : status).end(published);
        }
    }

    static Stream<SigningKey> kinds() {
        return Stream.of(RSA, EC, ED);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void verify_aTokenOfEachKind_isTaken_whetherTheKeyIsPublishedOrInAFile(SigningKey key) throws IOException {
        publish(key);

        assertThat(accepts(ofUrl(NO_PAUSE), key.token(claims()))).isTrue();
        assertThat(accepts(ofFile(key.pem()), key.token(claims()))).isTrue();
        assertThat(accepts(ofFile(key.pem()), SigningKey.p256("x").token(claims())))
                .isFalse();
    }

    @Test
    void verify_byAFileOfSeveralKeys_takesTheTokensOfEach() throws IOException {
        TokenKeys keys = ofFile(RSA.pem() + EC.pem() + ED.pem());

        assertThat(kinds()).allMatch(key -> accepts(keys, key.token(claims())));
    }

    @Test
    void verify_aKeyOfOneKind_isNotTakenForAnotherAlgorithm() {
        publish(RSA, EC, ED);
        TokenKeys keys = ofUrl(NO_PAUSE);

        for (SigningKey key : List.of(RSA, EC, ED)) {
            for (String algorithm :
                    List.of("none", "HS256", "RS512", "PS256", "RS256", "ES256", "ES384", "EdDSA", "")) {
                JsonObject header = new JsonObject().put("alg", algorithm).put("kid", key.id());
                assertThat(accepts(keys, key.token(header, claims())))
                        .as("key %s, algorithm %s", key.id(), algorithm)
                        .isEqualTo(algorithm.equals(key.algorithm()));
            }
        }
    }

    @Test
    void verify_aHeaderThatBringsItsOwnKey_orCriticalExtensions_isRefused() {
        publish(RSA);
        TokenKeys keys = ofUrl(NO_PAUSE);
        SigningKey own = SigningKey.rsa("rsa", 2_048);
        JsonObject header = new JsonObject().put("alg", "RS256").put("kid", "rsa");

        assertThat(accepts(keys, RSA.token(header, claims()))).isTrue();
        assertThat(accepts(keys, own.token(header.copy().put("jwk", own.jwk()), claims())))
                .isFalse();
        assertThat(accepts(keys, own.token(header.copy().put("jku", "http://127.0.0.1/"), claims())))
                .isFalse();
        assertThat(accepts(keys, own.token(header.copy().put("x5c", new JsonArray().add("AAAA")), claims())))
                .isFalse();
        assertThat(accepts(keys, RSA.token(header.copy().put("crit", new JsonArray().add("b64")), claims())))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a.b.c", "e30.e30.e30", "e30.e30.", "W10.e30.e30", "eyJhbGciOjF9.e30.e30"})
    void verify_whatIsNoToken_isRefused(String token) {
        publish(RSA);

        assertThat(accepts(ofUrl(NO_PAUSE), token)).isFalse();
    }

    @Test
    void verify_withinTheSkewOfClocks_isTaken_andBeyondItIsNot() {
        publish(ED);
        TokenKeys keys = ofUrl(NO_PAUSE);
        long now = Instant.now().getEpochSecond();

        assertThat(accepts(keys, ED.token(claims().put("exp", now - 20)))).isTrue();
        assertThat(accepts(keys, ED.token(claims().put("exp", now - 40)))).isFalse();
        assertThat(accepts(keys, ED.token(claims().put("nbf", now + 20)))).isTrue();
        assertThat(accepts(keys, ED.token(claims().put("nbf", now + 40)))).isFalse();
    }

    static Stream<JsonObject> unfit() {
        JsonObject rsa = RSA.jwk();
        return Stream.of(
                rsa.copy().put("use", "enc"),
                rsa.copy().put("alg", "RS512"),
                rsa.copy().put("alg", "HS256"),
                rsa.copy().put("key_ops", new JsonArray().add("encrypt")),
                rsa.copy().put("n", "AQAB"),
                rsa.copy().put("n", "***"),
                rsa.copy().put("n", 7),
                rsa.copy().put("kty", "oct").put("k", "c2VjcmV0"),
                SigningKey.rsa("rsa", 1_024).jwk(),
                EC.jwk().put("crv", "P-384"),
                ED.jwk().put("crv", "X25519"),
                ED.jwk().put("x", "AAAA"));
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void keys_thatAreUnfit_areLeftOut_andTheOthersAreUsed(JsonObject unfit) {
        published = document(unfit, EC.jwk());
        TokenKeys keys = ofUrl(NO_PAUSE);

        assertThat(metrics.get("auth.keys").gauge().value()).isEqualTo(1);
        assertThat(accepts(keys, EC.token(claims()))).isTrue();
    }

    @Test
    void keys_whenAllAreWithdrawn_takeNothing_notEvenWhatIsNotSigned() {
        publish(RSA);
        TokenKeys keys = ofUrl(NO_PAUSE);
        publish();
        keys.runNow().await();

        String unsigned = SigningKey.base64("{\"alg\":\"none\"}") + "." + SigningKey.base64(claims().encode()) + ".";
        assertThat(accepts(keys, unsigned)).isFalse();
        assertThat(accepts(keys, RSA.token(claims()))).isFalse();
    }

    @Test
    void key_thatIsNew_isFoundByTheFirstTokenThatNamesIt() {
        publish(RSA);
        TokenKeys keys = ofUrl(NO_PAUSE);
        int era = verified(keys, RSA.token(claims())).era();
        publish(RSA, EC);

        assertThat(accepts(keys, EC.token(claims()))).isTrue();
        assertThat(keys.isCurrent(era)).as("nothing was withdrawn").isTrue();
    }

    @Test
    void key_thatIsWithdrawn_endsTheEra() {
        publish(RSA, EC);
        TokenKeys keys = ofUrl(NO_PAUSE);
        int era = verified(keys, EC.token(claims())).era();
        publish(EC);
        keys.runNow().await();

        assertThat(keys.isCurrent(era)).isFalse();
        assertThat(accepts(keys, RSA.token(claims()))).isFalse();
        assertThat(keys.isCurrent(verified(keys, EC.token(claims())).era())).isTrue();
    }

    @Test
    void unknownKeys_byTheHundred_costOneRead() {
        publish(RSA);
        TokenKeys keys = ofUrl(LONG_PAUSE);
        assertThat(reads).hasValue(1);

        IntStream.range(0, 100)
                .forEach(i -> assertThat(accepts(
                                keys, SigningKey.base64("{\"alg\":\"RS256\",\"kid\":\"k" + i + "\"}") + ".e30.AA"))
                        .isFalse());

        assertThat(reads).hasValue(1);
        assertThat(accepts(keys, RSA.token(claims()))).isTrue();
    }

    @Test
    void unknownKeys_atOnce_waitForOneRead() {
        publish(RSA);
        TokenKeys keys = ofUrl(NO_PAUSE);
        holding = true;

        List<Future<VerifiedToken>> waiting = IntStream.range(0, 20)
                .mapToObj(i -> keys.verify(EC.token(claims())))
                .toList();
        await().until(() -> held.size() == 1);
        publish(RSA, EC);
        held.remove().response().end(published);

        assertThat(waiting)
                .allSatisfy(token ->
                        assertThat(token.await().claims().getString("sub")).isEqualTo("c-9"));
        assertThat(reads).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "{}", "{\"keys\": 7}", "<html>"})
    void keys_whileTheUrlAnswersNonsense_stay(String nonsense) {
        publish(RSA);
        TokenKeys keys = ofUrl(NO_PAUSE);
        published = nonsense;

        assertThat(accepts(keys, EC.token(claims()))).isFalse();
        assertThat(accepts(keys, RSA.token(claims()))).isTrue();
    }

    @Test
    void keys_whileTheUrlIsAway_stay_andAreReadAgainWhenItIsBack() {
        publish(RSA);
        TokenKeys keys = ofUrl(NO_PAUSE);
        status = 503;
        assertThat(accepts(keys, EC.token(claims()))).isFalse();
        assertThat(accepts(keys, RSA.token(claims()))).isTrue();

        status = 200;
        publish(EC);

        assertThat(accepts(keys, EC.token(claims()))).isTrue();
        assertThat(metrics.get("auth.keys.age").gauge().value()).isLessThan(60);
    }

    @Test
    void keys_thatRedirect_areNotFollowed() {
        publish(RSA);
        status = 302;

        assertThat(fails(keys(url(), null, NO_PAUSE).load())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 500})
    void keys_fromAUrlThatHasNone_stopTheStart(int answered) {
        status = answered;

        assertThat(fails(keys(url(), null, NO_PAUSE).load())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\n***\n-----END PUBLIC KEY-----"
            })
    void keys_fromAFileThatHasNone_stopTheStart(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.pem"), content);

        assertThat(fails(keys(null, file, NO_PAUSE).load())).isTrue();
    }

    @Test
    void keys_fromAFileWithAWeakOne_stopTheStart() throws IOException {
        Path file = Files.writeString(
                folder.resolve("weak.pem"),
                EC.pem() + SigningKey.rsa("weak", 1_024).pem());

        assertThat(fails(keys(null, file, NO_PAUSE).load())).isTrue();
    }

    private TokenKeys ofUrl(Duration pause) {
        TokenKeys keys = keys(url(), null, pause);
        keys.load().await();
        return keys;
    }

    private TokenKeys ofFile(String pem) throws IOException {
        TokenKeys keys = keys(null, Files.writeString(folder.resolve("keys.pem"), pem), NO_PAUSE);
        keys.load().await();
        return keys;
    }

    private TokenKeys keys(URI url, Path file, Duration pause) {
        EngineConfig.Auth config = new EngineConfig.Auth(
                url, file, "issuer", "audience", folder, Duration.ofSeconds(30), Duration.ofHours(1));
        return new TokenKeys(vertx, config, pause, metrics);
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + issuer.actualPort() + "/keys");
    }

    private void publish(SigningKey... keys) {
        published = document(Stream.of(keys).map(SigningKey::jwk).toArray(JsonObject[]::new));
    }

    private static String document(JsonObject... keys) {
        return new JsonObject().put("keys", new JsonArray(List.of(keys))).encode();
    }

    private static JsonObject claims() {
        return new JsonObject()
                .put("sub", "c-9")
                .put("iss", "issuer")
                .put("aud", "audience")
                .put("exp", Instant.now().plusSeconds(600).getEpochSecond());
    }

    private static VerifiedToken verified(TokenKeys keys, String token) {
        return keys.verify(token).await();
    }

    private static boolean accepts(TokenKeys keys, String token) {
        return !fails(keys.verify(token));
    }

    private static boolean fails(Future<?> future) {
        return future.transform(done -> Future.succeededFuture(done.failed())).await();
    }
}
