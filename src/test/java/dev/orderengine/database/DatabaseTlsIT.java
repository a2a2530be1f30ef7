package dev.orderengine.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.EngineConfig.Encryption;
import dev.orderengine.config.Secret;
import dev.orderengine.dev.PostgresServer;
import dev.orderengine.dev.Services;
import dev.orderengine.support.SharedServices;
import dev.orderengine.support.TestCertificate;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Pools and migrations on a Postgres that speaks TLS. */
@ExtendWith(SharedServices.class)
class DatabaseTlsIT {

    @TempDir
    private static Path folder;

    private static Vertx vertx;
    private static PostgresServer.Endpoint postgres;
    private static String database;
    private static Path authority;
    private static Path another;

    @BeforeAll
    static void encrypt(Services services) throws IOException, SQLException {
        vertx = Vertx.vertx();
        postgres = services.postgres().endpoint();
        database = services.postgres().createDatabase("DatabaseTlsIT");
        TestCertificate certificate = TestCertificate.create(folder);
        authority = Files.writeString(folder.resolve("authority.pem"), certificate.chain());
        another = Files.writeString(
                folder.resolve("another.pem"), TestCertificate.create(folder).chain());
        try (Connection connection = postgres.connect(database)) {
            write(connection, "test.crt", certificate.chain());
            write(connection, "test.key", certificate.key());
            // Postgres takes no key that others may read.
            run(connection, "COPY (SELECT 1) TO PROGRAM 'chmod 600 test.key'");
            run(connection, "ALTER SYSTEM SET ssl_cert_file = 'test.crt'");
            run(connection, "ALTER SYSTEM SET ssl_key_file = 'test.key'");
            run(connection, "ALTER SYSTEM SET ssl = on");
            run(connection, "SELECT pg_reload_conf()");
        }
    }

    @AfterAll
    static void stop() throws SQLException {
        try (Connection connection = postgres.connect(database)) {
            run(connection, "ALTER SYSTEM RESET ssl");
            run(connection, "ALTER SYSTEM RESET ssl_cert_file");
            run(connection, "ALTER SYSTEM RESET ssl_key_file");
            run(connection, "SELECT pg_reload_conf()");
        }
        vertx.close().await();
    }

    @Test
    void connections_areEncrypted_whenTheyShallBe() {
        await().until(() -> protocol(config(Encryption.REQUIRE, null)).startsWith("TLSv1."));
        assertThat(protocol(config(Encryption.VERIFY, authority))).startsWith("TLSv1.");
        assertThat(protocol(config(Encryption.OFF, null))).isEqualTo("none");
    }

    @Test
    void connections_toAServerOfAnotherIssuer_areRefused() {
        assertThatThrownBy(() -> protocol(config(Encryption.VERIFY, another)))
                .hasStackTraceContaining("SSL handshake failed");
    }

    @Test
    void migrations_areEncryptedToo() {
        await().untilAsserted(() -> assertThat(
                        new Migrations(config(Encryption.VERIFY, authority), Duration.ofSeconds(1)).migrate())
                .isNotEmpty());
        assertThatThrownBy(() -> new Migrations(config(Encryption.VERIFY, another), Duration.ZERO).migrate())
                .isInstanceOf(DatabaseUnavailableException.class);
    }

    /** What the server says of a connection of the engine's pool. */
    private static String protocol(EngineConfig.Database config) {
        Database pools = new Database(vertx, config);
        try {
            return pools.readers()
                    .query("SELECT coalesce(version, 'none') FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
                    .execute()
                    .await()
                    .iterator()
                    .next()
                    .getString(0);
        } finally {
            pools.close().await();
        }
    }

    private static EngineConfig.Database config(Encryption tls, Path caFile) {
        return new EngineConfig.Database(
                postgres.host(),
                postgres.port(),
                database,
                postgres.user(),
                new Secret(postgres.password()),
                null,
                5432,
                1,
                1,
                1,
                Duration.ofSeconds(10),
                tls,
                caFile,
                null,
                null);
    }

    /** By the server itself, into its own folder: nobody else may. */
    private static void write(Connection connection, String file, String text) throws SQLException {
        run(connection, "SELECT lo_from_bytea(4711, convert_to('" + text + "', 'UTF8'))");
        run(connection, "SELECT lo_export(4711, '" + file + "')");
        run(connection, "SELECT lo_unlink(4711)");
    }

    private static void run(Connection connection, String sql) throws SQLException {
        connection.createStatement().execute(sql);
    }
}
