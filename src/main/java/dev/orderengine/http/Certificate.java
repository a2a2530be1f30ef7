package dev.orderengine.http;

import dev.orderengine.config.EngineConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The certificate of the API's port and its key. Blocking.
 *
 * @param chain PEM
 * @param key PEM
 * @param expiresAt when the certificate does
 */
record Certificate(Buffer chain, Buffer key, Instant expiresAt) {

    static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----", Pattern.DOTALL);
    private static final byte[] PROBE = "probe".getBytes(StandardCharsets.US_ASCII);

    /**
     * Reads both files.
     *
     * @throws IllegalArgumentException when they are not a certificate and its key, or it has expired
     * @throws UncheckedIOException when they cannot be read
     */
    static Certificate read(EngineConfig.Tls config) {
        try {
            byte[] chain = Files.readAllBytes(config.certificateFile());
            byte[] key = Files.readAllBytes(config.keyFile());
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(chain));
            certificate.checkValidity();
            requirePair(certificate, key, config);
            return new Certificate(
                    Buffer.buffer(chain),
                    Buffer.buffer(key),
                    certificate.getNotAfter().toInstant());
        } catch (IOException e) {
            throw new UncheckedIOException("the certificate or its key cannot be read: " + e, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(config.certificateFile() + " is of no use: " + e.getMessage(), e);
        }
    }

    PemKeyCertOptions keyCertOptions() {
        return new PemKeyCertOptions().addCertValue(chain).addKeyValue(key);
    }

    /** TLS 1.3 and 1.2 with it. */
    ServerSSLOptions options() {
        return new ServerSSLOptions()
                .setKeyCertOptions(keyCertOptions())
                .setEnabledSecureTransportProtocols(PROTOCOLS)
                .setUseAlpn(true);
    }

    /** Files that change one after the other do not belong together for a moment: what one signs the other must verify. */
    private static void requirePair(X509Certificate certificate, byte[] pem, EngineConfig.Tls config)
            throws GeneralSecurityException {
        Matcher block = KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!block.find()) {
            throw new IllegalArgumentException(config.keyFile() + " has no key in PEM (BEGIN PRIVATE KEY, PKCS 8)");
        }
        String algorithm = certificate.getPublicKey().getAlgorithm();
        PrivateKey key = KeyFactory.getInstance(algorithm)
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1))));
        Signature signature = Signature.getInstance(algorithm.equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
        signature.initSign(key);
        signature.update(PROBE);
        byte[] signed = signature.sign();
        signature.initVerify(certificate);
        signature.update(PROBE);
        if (!signature.verify(signed)) {
            throw new IllegalArgumentException(config.keyFile() + " is not the key of " + config.certificateFile());
        }
    }
}
