package dev.orderengine.load;

import static io.gatling.javaapi.core.CoreDsl.atOnceUsers;
import static io.gatling.javaapi.core.CoreDsl.constantUsersPerSec;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.core.CoreDsl.stopLoadGeneratorIf;

import io.gatling.javaapi.core.PopulationBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.core.Simulation;
import java.time.Duration;
import java.util.stream.IntStream;

/**
 * Finds the knee: orders arrive faster from step to step until a step misses a service level of the order path (p95 of the creation
 * below 500 ms, 99.9 % created), and the highest rate that was good is printed. The run fails when not even the first step was good.
 */
public final class StressSimulation extends Simulation {

    private final Settings settings = Settings.read("service", 200);
    private final Duration step = Duration.ofSeconds(Settings.number("STEP_SECONDS", 10));
    private final Staircase stairs = new Staircase(IntStream.rangeClosed(1, Settings.number("STEPS", 12))
            .mapToObj(number -> new Staircase.Step((int) settings.rate() * number))
            .toList());

    /** Set up by Gatling. */
    public StressSimulation() {
        String first = stairs.steps().get(0).request();
        setUp(warmUp().andThen(from(0)))
                .protocols(settings.engine())
                .assertions(
                        ServiceLevels.p95Below(ServiceLevels.ORDER_P95_MILLIS, first), ServiceLevels.created(first));
    }

    @Override
    public void after() {
        System.out.println(stairs.report());
    }

    /** An engine that has just started is still compiling; this does not count. */
    private PopulationBuilder warmUp() {
        return scenario("warm-up")
                .exec(Customers.place("place order to warm up"))
                .injectOpen(constantUsersPerSec(settings.rate())
                        .during(Duration.ofSeconds(Settings.number("WARMUP_SECONDS", 20))));
    }

    /** That step, a look at how it went, and then the next ones. */
    private PopulationBuilder from(int number) {
        Staircase.Step now = stairs.steps().get(number);
        PopulationBuilder look = scenario("look at " + now.rate() + "/s")
                .exec(stopLoadGeneratorIf("the knee is reached", session -> !now.isGood()))
                .injectOpen(atOnceUsers(1));
        boolean last = number + 1 == stairs.steps().size();
        return scenario(now.request())
                .exec(Customers.place(now.request(), RandomOrder::next))
                .exec(session -> measured(now, session))
                .injectOpen(constantUsersPerSec(now.rate()).during(step))
                .andThen(last ? look : look.andThen(from(number + 1)));
    }

    private static Session measured(Staircase.Step step, Session session) {
        if (session.isFailed()) {
            step.failed();
        } else {
            step.created(session.getInt("millis"));
        }
        return session;
    }
}
