package dev.orderengine.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** All servers on this machine without Docker: Postgres and Redis as child processes, the rest in this JVM. */
public final class EmbeddedServices implements Services {

    private static final Path TARGET = Path.of("target");

    private final EmbeddedPostgresServer postgres;
    private final EmbeddedRedisServer redis;
    private final EmbeddedSqsServer sqs;
    private final MailSink mail;
    private final PaymentSimulator payments;
    private final Together closing;

    private EmbeddedServices(
            EmbeddedPostgresServer postgres,
            EmbeddedRedisServer redis,
            EmbeddedSqsServer sqs,
            MailSink mail,
            PaymentSimulator payments,
            Together closing) {
        this.postgres = postgres;
        this.redis = redis;
        this.sqs = sqs;
        this.mail = mail;
        this.payments = payments;
        this.closing = closing;
    }

    /** Starts all servers on free ports. */
    public static EmbeddedServices start() {
        return start(Ports.free(), PaymentSimulator.Options.defaults());
    }

    /**
     * Starts all servers, in parallel. If one fails, the others are stopped.
     *
     * @throws IllegalStateException saying which server failed and why
     */
    public static EmbeddedServices start(Ports ports, PaymentSimulator.Options simulator) {
        // On a disk, beside the build's output: /tmp may be memory, where fsync costs nothing.
        var runFolder = newRunFolder();
        var together = new Together();
        together.closeLast(Watchdog.over(runFolder));
        try {
            var postgres = together.start("Postgres", () -> startPostgres(ports.postgres(), runFolder));
            var redis = together.start("Redis", () -> startRedis(ports.redis(), runFolder));
            var sqs = together.start("ElasticMQ", () -> startSqs(ports.sqs()));
            var mail = together.start("the mail sink", () -> MailSink.start(ports.smtp()));
            var payments =
                    together.start("the payment simulator", () -> PaymentSimulator.start(ports.simulator(), simulator));
            together.awaitAll();
            return new EmbeddedServices(
                    postgres.join(), redis.join(), sqs.join(), mail.join(), payments.join(), together);
        } catch (RuntimeException e) {
            together.close();
            throw e;
        }
    }

    @Override
    public PostgresServer postgres() {
        return postgres;
    }

    @Override
    public RedisServer redis() {
        return redis;
    }

    @Override
    public SqsServer sqs() {
        return sqs;
    }

    @Override
    public MailSink mail() {
        return mail;
    }

    @Override
    public PaymentSimulator payments() {
        return payments;
    }

    @Override
    public void close() {
        closing.close();
    }

    private static EmbeddedPostgresServer startPostgres(int port, Path runFolder) {
        var server = new EmbeddedPostgresServer(port, runFolder, TARGET.resolve("dev-cache"));
        server.start();
        return server;
    }

    private static EmbeddedRedisServer startRedis(int port, Path runFolder) {
        var server = new EmbeddedRedisServer(port, runFolder);
        server.start();
        return server;
    }

    private static EmbeddedSqsServer startSqs(int port) {
        var server = new EmbeddedSqsServer(port);
        server.start();
        return server;
    }

    private static Path newRunFolder() {
        try {
            Files.createDirectories(TARGET);
            return Files.createTempDirectory(TARGET, "dev-run-").toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
