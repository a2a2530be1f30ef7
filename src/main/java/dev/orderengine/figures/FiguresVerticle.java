package dev.orderengine.figures;

import dev.orderengine.batch.Recurring;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.Duration;

/** Keeps the figures fresh, the cheap ones every few seconds, those that read whole tables at an interval of their own. */
public final class FiguresVerticle extends VerticleBase {

    private static final Duration WAITING_INTERVAL = Duration.ofSeconds(5);

    private final WaitingFigures waiting;
    private final StockFigures stock;
    private final Duration stockInterval;
    private final MeterRegistry metrics;
    private Recurring readingWaiting;
    private Recurring readingStock;

    /** @param stockInterval between two looks at the whole stock */
    public FiguresVerticle(WaitingFigures waiting, StockFigures stock, Duration stockInterval, MeterRegistry metrics) {
        this.waiting = waiting;
        this.stock = stock;
        this.stockInterval = stockInterval;
        this.metrics = metrics;
    }

    /** Completes when both have been read or have failed; a database that is away then is no reason not to start. */
    @Override
    public Future<?> start() {
        readingWaiting = new Recurring(vertx, "waiting-figures", WAITING_INTERVAL, metrics, waiting::refresh);
        readingStock = new Recurring(vertx, "stock-figures", stockInterval, metrics, stock::refresh);
        return Future.join(readingWaiting.runNow(), readingStock.runNow()).otherwiseEmpty();
    }

    @Override
    public Future<?> stop() {
        return Future.join(readingWaiting.stop(), readingStock.stop());
    }
}
