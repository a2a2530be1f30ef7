package dev.orderengine.security;

import static dev.orderengine.security.Target.call;
import static dev.orderengine.security.Target.unless;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.orderengine.dev.DevTokens;
import dev.orderengine.security.Target.Guarded;
import dev.orderengine.support.Answer;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens that somebody made himself, and roles that may not do what is asked. */
final class IdentityAttacks {

    private final Target target;

    IdentityAttacks(Target target) {
        this.target = target;
    }

    Stream<Attack> attacks() throws Exception {
        Map<String, String> forged = forged();
        Stream<Attack> authentication = target.guarded()
                .flatMap(route -> forged.entrySet().stream()
                        .map(token -> new Attack(
                                Risk.API2,
                                token.getKey() + " for " + route,
                                () -> unless(
                                        call(
                                                target.with(null),
                                                route.method(),
                                                route.path(),
                                                "{",
                                                header(token.getValue())),
                                        401))));
        return Stream.concat(authentication, functions());
    }

    private static String[] header(String value) {
        return value.isEmpty() ? new String[0] : new String[] {"Authorization", value};
    }

    /** What is sent as Authorization, by what it is. */
    private Map<String, String> forged() throws GeneralSecurityException {
        String good = target.engine().tokens().token("admin");
        String[] parts = good.split("\\.");
        String pem = target.engine().tokens().publicKeyPem();
        Vertx vertx = Vertx.vertx();
        String anothers = DevTokens.create(vertx).token("admin");
        vertx.close().await();
        String hmacHead = part("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + parts[1];
        String root = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8)
                .replaceFirst("\"sub\":\"[^\"]*\"", "\"sub\":\"root\"");
        Map<String, String> forged = new LinkedHashMap<>();
        forged.put("no token", "");
        forged.put("an empty token", "Bearer ");
        forged.put("a word", "Bearer null");
        forged.put("a password", "Basic YWRtaW46YWRtaW4=");
        forged.put("algorithm none", "Bearer " + part("{\"alg\":\"none\"}") + "." + parts[1] + ".");
        forged.put("algorithm nOnE", "Bearer " + part("{\"alg\":\"nOnE\"}") + "." + parts[1] + "." + parts[2]);
        forged.put("the public key as a secret", "Bearer " + hmacHead + "." + hmac(hmacHead, pem));
        forged.put("no signature", "Bearer " + parts[0] + "." + parts[1] + ".");
        forged.put("another subject", "Bearer " + parts[0] + "." + part(root) + "." + parts[2]);
        forged.put("another's key", "Bearer " + anothers);
        forged.put("an expired token", "Bearer " + target.engine().tokens().token("admin", "a", Duration.ofHours(-1)));
        forged.put(
                "a key by URL",
                "Bearer " + part("{\"alg\":\"RS256\",\"jku\":\"http://127.0.0.1:1/k\"}") + "." + parts[1] + "."
                        + parts[2]);
        forged.put(
                "a key id that is a path",
                "Bearer " + part("{\"alg\":\"RS256\",\"kid\":\"../../dev/null\"}") + "." + parts[1] + "." + parts[2]);
        return forged;
    }

    private Stream<Attack> functions() throws Exception {
        Map<String, List<String>> roles =
                new YAMLMapper().readValue(Files.readString(Path.of("conf/roles.yaml")), new TypeReference<>() {});
        for (String invented : List.of("Admin", "admin ", "*", "root", "orders:all")) {
            roles.put(invented, List.of());
        }
        Stream<Attack> forbidden = roles.entrySet().stream()
                .flatMap(role -> target.guarded()
                        .filter(route -> !role.getValue().contains(route.scope()))
                        .map(route -> new Attack(
                                Risk.API5,
                                route + " as '" + role.getKey() + "'",
                                () -> unless(as(role.getKey(), route), 403))));
        Stream<Attack> overridden = target.guarded()
                .filter(route -> route.scope().equals("admin") || route.scope().equals("catalog:write"))
                .flatMap(route -> Stream.of(
                                "X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Prefix")
                        .map(header -> new Attack(
                                Risk.API5,
                                route + " by " + header,
                                () -> unless(
                                        target.as("customer")
                                                .get(
                                                        "/products/sku-0001",
                                                        header,
                                                        header.startsWith("X-HTTP")
                                                                ? route.method()
                                                                : "/api/v1" + route.path()),
                                        200))));
        return Stream.concat(forbidden, overridden);
    }

    private Answer as(String role, Guarded route) {
        return call(target.as(role), route.method(), route.path(), "{");
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String hmac(String signed, String key) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }
}
