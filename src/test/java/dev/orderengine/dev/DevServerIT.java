package dev.orderengine.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The launcher as a process of its own, in a folder of its own. */
@Timeout(180)
class DevServerIT {

    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration END_LIMIT = Duration.ofSeconds(30);
    private static final List<String> VARIABLES = List.of(
            "DEV_POSTGRES_PORT",
            "DEV_REDIS_PORT",
            "DEV_SQS_PORT",
            "DEV_SIMULATOR_PORT",
            "DEV_SMTP_PORT",
            "DEV_TOKEN_PORT",
            "ENGINE_HTTP_PORT",
            "ENGINE_HTTP_MANAGEMENT_PORT");

    @TempDir
    Path folder;

    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private Process launcher;

    @BeforeEach
    void shareTheCache() throws IOException {
        Files.createDirectories(folder.resolve("target"));
        var cache = Files.createDirectories(Path.of("target", "dev-cache")).toAbsolutePath();
        Files.createSymbolicLink(folder.resolve("target/dev-cache"), cache);
        VARIABLES.forEach(variable -> ports.put(variable, FreePort.find()));
    }

    @AfterEach
    void endTheLauncher() throws IOException {
        launcher.destroyForcibly();
        // The watchdog finds the servers by files in the folder that JUnit is about to remove.
        Awaitility.await("the watchdog has done its work")
                .atMost(END_LIMIT)
                .until(() -> runFolders().isEmpty());
        Files.delete(folder.resolve("target/dev-cache"));
        Files.deleteIfExists(folder.resolve("conf"));
    }

    @Test
    void servicesOnly_killedHard_leavesNoProcessAndNoFolder() throws Exception {
        launch("--services-only");
        awaitReady();
        var servers = serverProcesses();
        assertThat(servers).hasSize(2).allMatch(ProcessHandle::isAlive);

        launcher.destroyForcibly().waitFor();

        awaitNothingLeft(servers);
    }

    /** README's session of curl, as it is there. */
    @Test
    void launch_lifeOfAnOrder_isWhatReadmeSays_andTerminatedItLeavesNothing() throws Exception {
        Files.createSymbolicLink(folder.resolve("conf"), Path.of("conf").toAbsolutePath());
        launch();
        awaitReady();
        var servers = serverProcesses();

        assertThat(lifeOfAnOrder()).isEmpty();

        launcher.destroy();
        assertThat(launcher.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(servers).noneMatch(ProcessHandle::isAlive);
        assertThat(runFolders()).isEmpty();
    }

    @Test
    void servicesOnly_ready_hasWrittenAnEnvironmentThatWorks() throws Exception {
        launch("--services-only");
        awaitReady();

        var lines = Files.readAllLines(folder.resolve("target/dev.env"));

        assertThat(lines).contains("export ENGINE_DATABASE_PORT='" + ports.get("DEV_POSTGRES_PORT") + "'");
        assertThat(lines).anyMatch(line -> line.startsWith("export TOKEN_ADMIN='ey"));
        assertThat(folder.resolve("target/dev/public-key.pem")).content().contains("BEGIN PUBLIC KEY");
        assertThat(available("sku-0001")).isEqualTo(100_000);
        assertThat(available("sku-0100")).isEqualTo(3);
    }

    @Test
    void launch_withPortsTaken_namesThemAndTheirVariables() throws Exception {
        try (var redis = new ServerSocket(ports.get("DEV_REDIS_PORT"));
                var api = new ServerSocket(ports.get("ENGINE_HTTP_PORT"))) {
            launch();

            assertThat(launcher.waitFor(START_LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            assertThat(launcher.exitValue()).isEqualTo(1);
            assertThat(output())
                    .contains("Port " + redis.getLocalPort() + " is taken", "DEV_REDIS_PORT")
                    .contains("Port " + api.getLocalPort() + " is taken", "ENGINE_HTTP_PORT")
                    .doesNotContain("DEV_SQS_PORT");
            assertThat(runFolders()).isEmpty();
        }
    }

    private void launch(String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp", absoluteClassPath(), DevServer.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        ports.forEach((variable, port) -> builder.environment().put(variable, port.toString()));
        launcher = builder.redirectOutput(folder.resolve("output").toFile()).start();
    }

    /** What is not as README says. */
    private String lifeOfAnOrder() throws Exception {
        var script = new ProcessBuilder(
                        "scripts/readme-life.sh",
                        "http://localhost:" + ports.get("ENGINE_HTTP_PORT"),
                        "http://localhost:" + ports.get("DEV_SQS_PORT"))
                .redirectErrorStream(true)
                .start();
        var output = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(script.waitFor()).as(output).isZero();
        return output;
    }

    private static String absoluteClassPath() {
        var separator = System.getProperty("path.separator");
        var entries = System.getProperty("java.class.path").split(separator);
        return String.join(
                separator,
                List.of(entries).stream()
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }

    private void awaitReady() {
        Awaitility.await("the launcher is ready")
                .atMost(START_LIMIT)
                .failFast(() -> assertThat(launcher.isAlive()).as(output()).isTrue())
                .until(() -> output().contains("eady after"));
    }

    private void awaitNothingLeft(List<ProcessHandle> servers) {
        Awaitility.await("servers and folder are gone").atMost(END_LIMIT).untilAsserted(() -> {
            assertThat(servers).noneMatch(ProcessHandle::isAlive);
            assertThat(runFolders()).isEmpty();
        });
    }

    /** Postgres is no child of the launcher any more: both are found by their pid files. */
    private List<ProcessHandle> serverProcesses() throws IOException {
        var run = runFolders().get(0);
        var found = new ArrayList<ProcessHandle>();
        for (var file : List.of("postgres/postmaster.pid", "redis/redis.pid")) {
            var pid = Files.readAllLines(run.resolve(file)).get(0).strip();
            found.add(ProcessHandle.of(Long.parseLong(pid)).orElseThrow());
        }
        return found;
    }

    private List<Path> runFolders() throws IOException {
        try (var files = Files.list(folder.resolve("target"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("dev-run-"))
                    .toList();
        }
    }

    private String output() throws IOException {
        return Files.readString(folder.resolve("output"));
    }

    private int available(String product) throws Exception {
        var endpoint = new PostgresServer.Endpoint("127.0.0.1", ports.get("DEV_POSTGRES_PORT"), "postgres", "postgres");
        try (var connection = endpoint.connect("order_engine");
                var statement =
                        connection.prepareStatement("SELECT sum(on_hand - reserved) FROM stock WHERE product_id = ?")) {
            statement.setString(1, product);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }
}
