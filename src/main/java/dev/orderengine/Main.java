package dev.orderengine;

import dev.orderengine.config.ConfigException;
import dev.orderengine.config.ConfigLoader;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.secrets.SecretStores;
import dev.orderengine.telemetry.Logging;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one engine until it is told to stop. Exit codes: 0 after SIGTERM or SIGINT and an orderly stop; 1 when the start failed or the stop was not orderly; 64
 * when the configuration has faults.
 */
public final class Main {

    private static final int START_FAILED = 1;
    private static final int BAD_CONFIGURATION = 64;
    private static final Duration STOP_WITHIN = Duration.ofSeconds(19);

    private Main() {}

    /** @param arguments none */
    public static void main(String[] arguments) {
        long begin = System.nanoTime();
        Logging.start();
        Logger log = LoggerFactory.getLogger(Main.class);
        EngineConfig config = configuration(log);
        log.info("configuration: {}", config);
        Engine.start(config, router -> {})
                .onSuccess(engine -> {
                    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(engine, log), "stop"));
                    log.info(
                            "ready on port {}, management on port {}, after {} ms",
                            engine.port(),
                            engine.managementPort(),
                            TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
                })
                .onFailure(fault -> {
                    log.error("cannot start", fault);
                    end(START_FAILED);
                });
    }

    private static EngineConfig configuration(Logger log) {
        try {
            return ConfigLoader.load(Path.of(""), System.getenv(), SecretStores::open);
        } catch (ConfigException e) {
            log.error("bad configuration: {}", e.getMessage());
            end(BAD_CONFIGURATION);
            throw e;
        }
    }

    private static void stop(Engine engine, Logger log) {
        try {
            engine.stop().toCompletionStage().toCompletableFuture().get(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS);
            end(0);
        } catch (Exception e) {
            log.error("not stopped in order within {}", STOP_WITHIN, e);
            end(START_FAILED);
        }
    }

    /**
     * Writes the log lines that are still queued, then ends at once: the JVM would report the signal, and an orderly stop is a
     * success.
     */
    private static void end(int exitCode) {
        Logging.stop();
        Runtime.getRuntime().halt(exitCode);
    }
}
