package dev.orderengine.assessment;

import dev.orderengine.bus.Address;
import dev.orderengine.bus.Bus;
import dev.orderengine.catalog.Catalog;
import dev.orderengine.money.FxRates;
import dev.orderengine.rules.RuleBook;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.function.Supplier;

/** Serves {@link #ASSESS}: prices and decides. */
public final class AssessmentVerticle extends VerticleBase {

    /** Where orders are priced and decided on. */
    public static final Address<Assess, Assessment> ASSESS = new Address<>("assess", Assess.class, Assessment.class);

    private final Bus bus;
    private final Assessor assessor;

    /** @param readers for facts; used on this verticle's event loop only */
    public AssessmentVerticle(
            Bus bus,
            Spans spans,
            Catalog catalog,
            Supplier<RuleBook> rules,
            Supplier<FxRates> rates,
            Pool readers,
            MeterRegistry metrics) {
        this.bus = bus;
        Timer evaluations = Timer.builder("rules.evaluation")
                .description("From the order to the decision, facts included")
                .serviceLevelObjectives(
                        Duration.ofMillis(1),
                        Duration.ofMillis(5),
                        Duration.ofMillis(10),
                        Duration.ofMillis(25),
                        Duration.ofMillis(50),
                        Duration.ofMillis(100),
                        Duration.ofMillis(250),
                        Duration.ofSeconds(1))
                .register(metrics);
        this.assessor =
                new Assessor(spans, catalog, rules, rates, new PgFactSource(readers, rates, metrics), evaluations);
    }

    @Override
    public Future<?> start() {
        return bus.serve(ASSESS, assessor::assess);
    }
}
