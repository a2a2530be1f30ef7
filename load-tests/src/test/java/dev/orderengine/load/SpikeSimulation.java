package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;

import io.gatling.javaapi.core.Assertion;
import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * From one second to the next many times more customers arrive, and after a while they are gone again. The run fails when a service
 * level is missed before, in or after the spike: p95 of the creation below 500 ms, 99.9 % created.
 */
public final class SpikeSimulation extends Simulation {

    private static final String BEFORE = "place order before the spike";
    private static final String SPIKE = "place order in the spike";
    private static final String AFTER = "place order after the spike";

    private final Settings settings = Settings.read("service", 40);
    private final int factor = Settings.number("SPIKE_FACTOR", 10);
    private final int spikeSeconds = Settings.number("SPIKE_SECONDS", 15);

    /** Set up by Gatling. */
    public SpikeSimulation() {
        PopulationBuilder after = phase(AFTER, settings.rate(), settings.holdSeconds());
        PopulationBuilder spike =
                phase(SPIKE, settings.rate() * factor, spikeSeconds).andThen(after);
        setUp(phase(BEFORE, settings.rate(), settings.holdSeconds()).andThen(spike))
                .protocols(settings.engine())
                .assertions(Stream.of(BEFORE, SPIKE, AFTER)
                        .flatMap(phase -> Stream.of(
                                ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, phase),
                                ServiceLevels.created(phase)))
                        .toArray(Assertion[]::new));
    }

    private static PopulationBuilder phase(String name, double rate, int seconds) {
        return scenario(name)
                .exec(Customers.place(name))
                .injectOpen(constantUsersPerSec(rate).during(Duration.ofSeconds(seconds)));
    }
}
