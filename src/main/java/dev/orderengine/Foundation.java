package dev.orderengine;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.batch.GiveWay;
import dev.orderengine.bus.Bus;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.database.Database;
import dev.orderengine.seal.TokenSeal;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What the parts of an engine stand on.
 *
 * @param background who lets work wait while requests need the machine
 * @param tokens encrypts payment tokens
 * @param ids UUIDv7
 * @param afterCommit told when there may be work for payments and the relay
 */
record Foundation(
        EngineConfig config,
        Vertx vertx,
        Database database,
        Bus bus,
        Spans spans,
        GiveWay background,
        MeterRegistry metrics,
        ObjectMapper json,
        TokenSeal tokens,
        Clock clock,
        Supplier<UUID> ids,
        Runnable afterCommit) {}
