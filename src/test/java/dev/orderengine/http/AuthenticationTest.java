package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orderengine.audit.AuditEntry;
import dev.orderengine.audit.AuditVerticle;
import dev.orderengine.audit.AuditWriter;
import dev.orderengine.bus.Bus;
import dev.orderengine.bus.Nudge;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.dev.DevTokens;
import dev.orderengine.http.token.TokenKeys;
import dev.orderengine.json.JsonMapping;
import dev.orderengine.support.Answer;
import dev.orderengine.support.Api;
import dev.orderengine.support.SigningKey;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.auth.JWTOptions;
import io.vertx.ext.auth.PubSecKeyOptions;
import io.vertx.ext.auth.jwt.JWTAuth;
import io.vertx.ext.auth.jwt.JWTAuthOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tokens, good and forged, and the gate before them, over HTTP without any other server. */
class AuthenticationTest {

    private static final String BASE = "/api/v1";
    private static final Connections CONNECTIONS =
            new Connections(new Connections.Times(Duration.ZERO, Duration.ZERO, Duration.ZERO));

    private final Vertx vertx = Vertx.vertx();
    private final DevTokens tokens = DevTokens.create(vertx);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AdmissionGate gate = new AdmissionGate("working", 2, metrics);
    private final ConcurrentLinkedQueue<AuditEntry> recorded = new ConcurrentLinkedQueue<>();
    private final AuditTrail audit = audit();
    private final ConcurrentLinkedQueue<Promise<Void>> held = new ConcurrentLinkedQueue<>();

    @TempDir
    private Path folder;

    private URI uri;

    /** The trail, which ends in a list. */
    private AuditTrail audit() {
        Bus bus = new Bus(vertx, Duration.ofSeconds(10), Spans.off());
        bus.serve(AuditVerticle.APPEND, entry -> {
            recorded.add(entry);
            return Future.succeededFuture(Nudge.NUDGE);
        });
        return new AuditTrail(bus, new AuditWriter(JsonMapping.create()), Clock.systemUTC());
    }

    @BeforeEach
    void serve() throws IOException {
        uri = serve(tokens.writePublicKey(folder.resolve("key.pem")));
    }

    private URI serve(Path publicKey) throws IOException {
        return serve(keys(null, publicKey));
    }

    private TokenKeys keys(URI url, Path publicKey) {
        return new TokenKeys(
                vertx,
                new EngineConfig.Auth(
                        url,
                        publicKey,
                        DevTokens.ISSUER,
                        DevTokens.AUDIENCE,
                        Path.of("conf/roles.yaml"),
                        Duration.ofSeconds(30),
                        Duration.ofHours(1)),
                Duration.ZERO,
                metrics);
    }

    private URI serve(TokenKeys keys) throws IOException {
        keys.load().await();
        Authentication authentication = new Authentication(keys, roles(), audit, Clock.systemUTC());
        Router router = Router.router(vertx);
        router.route().handler(new RequestStart(new SecurityHeaders(false), CONNECTIONS, Spans.off()));
        router.get(BASE + "/read")
                .handler(gate)
                .handler(authentication.requires(Scope.ORDERS_READ))
                .handler(AuthenticationTest::answer);
        router.get(BASE + "/review")
                .handler(authentication.requires(Scope.ORDERS_REVIEW))
                .handler(AuthenticationTest::answer);
        router.get(BASE + "/hold").handler(gate).handler(this::hold);
        router.route().failureHandler(new Problems(new JsonOut(JsonMapping.create()), new SecurityHeaders(false)));
        HttpServer server = vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .await();
        return URI.create("http://127.0.0.1:" + server.actualPort());
    }

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private static void answer(RoutingContext context) {
        context.response().end(RequestContext.of(context).caller().subject());
    }

    private void hold(RoutingContext context) {
        Promise<Void> promise = Promise.promise();
        held.add(promise);
        promise.future().onComplete(done -> context.response().end());
    }

    @Test
    void call_withAGoodToken_isTheCallers_againAndAgain() {
        Api api = api(tokens.token("customer", "c-9"));

        assertThat(api.get("/read").body()).isEqualTo("c-9");
        assertThat(api.get("/read").body()).isEqualTo("c-9");
    }

    @Test
    void call_withTheSchemeInAnotherCase_isTaken() {
        Answer answer = api(null).get("/read", "Authorization", "bEARER  " + tokens.token("customer"));

        assertThat(answer.status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource({"customer,403", "reviewer,200", "admin,200", "fulfilment,403", "emperor,403"})
    void call_needsItsScope(String role, int status) {
        assertThat(api(tokens.token(role)).get("/review").status()).isEqualTo(status);
    }

    @Test
    void call_withAnExpiredToken_is401_alsoWhenItWasGoodBefore() {
        assertThat(api(tokens.token("customer", "c", Duration.ofMinutes(-1)))
                        .get("/read")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void call_withoutAToken_saysHow() {
        Answer answer = api(null).get("/read");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("WWW-Authenticate")).contains("Bearer");
        assertThat(answer.text("code")).isEqualTo("unauthenticated");
    }

    @Test
    void call_withATokenOfAnotherKey_is401() {
        assertThat(api(DevTokens.create(vertx).token("admin")).get("/read").status())
                .isEqualTo(401);
    }

    @Test
    void call_withATokenFromTheRightKey_withOtherClaims_is401() throws Exception {
        KeyPair pair = rsa();
        uri = serve(pem(pair, folder.resolve("own.pem")));
        long later = Instant.now().plusSeconds(600).getEpochSecond();

        assertThat(read(rs256(pair, claims(later)))).isEqualTo(200);
        assertThat(read(rs256(pair, claims(later).put("aud", "another")))).isEqualTo(401);
        assertThat(read(rs256(pair, claims(later).put("iss", "another")))).isEqualTo(401);
        assertThat(read(rs256(pair, without(claims(later), "aud")))).isEqualTo(401);
        assertThat(read(rs256(pair, without(claims(later), "iss")))).isEqualTo(401);
        assertThat(read(rs256(pair, without(claims(later), "sub")))).isEqualTo(401);
        assertThat(read(rs256(pair, claims(later).put("sub", "")))).isEqualTo(401);
        assertThat(read(rs256(pair, claims(later).put("sub", 7)))).isEqualTo(401);
        assertThat(read(rs256(pair, without(claims(later), "exp")))).isEqualTo(401);
        assertThat(read(rs256(pair, claims(later).put("exp", "soon")))).isEqualTo(401);
        assertThat(read(rs256(pair, claims(later).put("nbf", later)))).isEqualTo(401);
        assertThat(read(rs256(pair, without(claims(later), "roles")))).isEqualTo(403);
        assertThat(read(rs256(pair, claims(later).put("roles", "customer")))).isEqualTo(403);
        assertThat(read(rs256(pair, claims(later).put("roles", new JsonArray().add(7)))))
                .isEqualTo(403);
    }

    @Test
    void call_withAForgedToken_is401() throws Exception {
        KeyPair pair = rsa();
        Path pem = pem(pair, folder.resolve("forged.pem"));
        uri = serve(pem);
        JsonObject claims = claims(Instant.now().plusSeconds(600).getEpochSecond());
        String good = rs256(pair, claims);
        String unsigned = part("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + part(claims.encode()) + ".";
        String hmac = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + part(claims.encode());

        assertThat(read(good)).isEqualTo(200);
        assertThat(read(unsigned)).isEqualTo(401);
        assertThat(read(unsigned.replace("none", "None"))).isEqualTo(401);
        assertThat(read(hmac + "." + hmac(hmac, Files.readAllBytes(pem)))).isEqualTo(401);
        assertThat(read(hmac + "." + hmac(hmac, pair.getPublic().getEncoded()))).isEqualTo(401);
        assertThat(read(good.substring(0, good.lastIndexOf('.') + 1))).isEqualTo(401);
        assertThat(read(good.substring(0, good.length() - 8) + "AAAAAAAA")).isEqualTo(401);
        String[] parts = good.split("\\.");
        assertThat(read(parts[0] + "." + part(claims.copy().put("sub", "root").encode()) + "." + parts[2]))
                .isEqualTo(401);
        assertThat(read(parts[0] + "." + parts[1] + "." + parts[2] + "." + parts[2]))
                .isEqualTo(401);
    }

    @Test
    void call_withAnEs256Token_isTakenForAnEcKey() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair pair = generator.generateKeyPair();
        uri = serve(pem(pair, folder.resolve("ec.pem")));
        JWTAuth signer = JWTAuth.create(
                vertx,
                new JWTAuthOptions()
                        .addPubSecKey(new PubSecKeyOptions()
                                .setAlgorithm("ES256")
                                .setBuffer(Buffer.buffer(
                                        pem("PRIVATE KEY", pair.getPrivate().getEncoded())))));
        String token = signer.generateToken(
                claims(Instant.now().plusSeconds(600).getEpochSecond()), new JWTOptions().setAlgorithm("ES256"));

        assertThat(read(token)).isEqualTo(200);
    }

    @Test
    void signIn_thatFails_isRecorded_withoutTheToken() {
        api("not.a.token").get("/read", "X-Request-Id", "r-1");
        api(tokens.token("customer", "c-9")).get("/review");

        await().until(() -> recorded.size() == 2);
        AuditEntry signIn = recorded.remove();
        assertThat(signIn.actor()).isEqualTo("anonymous");
        assertThat(signIn.action()).isEqualTo("auth.sign_in");
        assertThat(signIn.subject()).isEqualTo("GET /api/v1/read");
        assertThat(signIn.outcome()).isEqualTo("refused");
        assertThat(signIn.requestId()).isEqualTo("r-1");
        assertThat(signIn.address()).isEqualTo("127.0.0.1");
        assertThat(signIn.toString()).doesNotContain("not.a.token");
        AuditEntry authorization = recorded.remove();
        assertThat(authorization.actor()).isEqualTo("c-9");
        assertThat(authorization.action()).isEqualTo("auth.authorize");
    }

    @Test
    void signIns_thatFailByTheHundred_areRecordedInPart_withTheirNumber() {
        long start = System.nanoTime();
        Stream.generate(() -> api(null).getLater("/read")).limit(300).toList().forEach(CompletableFuture::join);

        await().until(() -> !recorded.isEmpty());
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
        assertThat((long) recorded.size()).isLessThanOrEqualTo(10 * (seconds + 2));
        await().until(() -> {
            api(null).get("/read");
            return recorded.stream().anyMatch(entry -> (long) entry.detail().get("left_out") > 0);
        });
    }

    @Test
    void token_thatIsRemembered_isForgottenWithItsKey() throws Exception {
        SigningKey old = SigningKey.ed25519("old");
        SigningKey fresh = SigningKey.ed25519("fresh");
        AtomicReference<SigningKey> published = new AtomicReference<>(old);
        HttpServer issuer = vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .end(new JsonObject()
                                .put("keys", new JsonArray().add(published.get().jwk()))
                                .encode()))
                .listen(0, "127.0.0.1")
                .await();
        TokenKeys keys = keys(URI.create("http://127.0.0.1:" + issuer.actualPort()), null);
        uri = serve(keys);
        long later = Instant.now().plusSeconds(600).getEpochSecond();
        String token = old.token(claims(later));
        assertThat(read(token)).isEqualTo(200);

        published.set(fresh);
        assertThat(read(token)).as("remembered").isEqualTo(200);
        keys.runNow().await();

        assertThat(read(token)).isEqualTo(401);
        assertThat(read(fresh.token(claims(later)))).isEqualTo(200);
    }

    @Test
    void gate_shedsWhatIsBeyondItsLimit_andLetsInAgain() {
        CompletableFuture<Answer> first = api(null).getLater("/hold");
        CompletableFuture<Answer> second = api(null).getLater("/hold");
        await().until(() -> held.size() == 2);

        Answer shed = api(null).get("/hold");

        assertThat(shed.status()).isEqualTo(503);
        assertThat(shed.text("code")).isEqualTo("overloaded");
        assertThat(shed.header("Retry-After")).contains("1");
        assertThat(metrics.get("http.server.shed").counter().count()).isEqualTo(1);
        assertThat(metrics.get("http.server.in.flight").gauge().value()).isEqualTo(2);
        held.forEach(Promise::complete);
        assertThat(first.join().status()).isEqualTo(200);
        assertThat(second.join().status()).isEqualTo(200);
        await().until(() -> gate.inFlight() == 0);
        assertThat(api(tokens.token("customer")).get("/read").status()).isEqualTo(200);
        assertThat(api(null).get("/read").status()).isEqualTo(401);
        await().until(() -> gate.inFlight() == 0);
    }

    private int read(String token) {
        return api(token).get("/read").status();
    }

    private Api api(String token) {
        return new Api(HttpClient.newHttpClient(), uri, token);
    }

    private static Roles roles() throws IOException {
        try (InputStream yaml = Files.newInputStream(Path.of("conf/roles.yaml"))) {
            return Roles.read(yaml);
        }
    }

    private static JsonObject claims(long expiry) {
        return new JsonObject()
                .put("sub", "c-9")
                .put("iss", DevTokens.ISSUER)
                .put("aud", DevTokens.AUDIENCE)
                .put("exp", expiry)
                .put("roles", new JsonArray().add("customer"));
    }

    private static JsonObject without(JsonObject claims, String name) {
        claims.remove(name);
        return claims;
    }

    private static KeyPair rsa() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        return generator.generateKeyPair();
    }

    private static String rs256(KeyPair pair, JsonObject claims) throws Exception {
        String signed = part("{\"alg\":\"RS256\",\"typ\":\"JWT\"}") + "." + part(claims.encode());
        Signature signature = Signature.getInstance("SHA256withRSA");
        signature.initSign(pair.getPrivate());
        signature.update(signed.getBytes(StandardCharsets.US_ASCII));
        return signed + "." + part(signature.sign());
    }

    private static String hmac(String signed, byte[] key) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return part(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static Path pem(KeyPair pair, Path file) throws IOException {
        return Files.writeString(file, pem("PUBLIC KEY", pair.getPublic().getEncoded()));
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN " + kind + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + kind
                + "-----\n";
    }

    private static String part(String text) {
        return part(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String part(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
