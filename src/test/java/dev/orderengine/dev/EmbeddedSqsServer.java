package dev.orderengine.dev;

import com.typesafe.config.ConfigFactory;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.http.scaladsl.Http;
import org.elasticmq.NodeAddress;
import org.elasticmq.StrictSQSLimits$;
import org.elasticmq.actor.QueueManagerActor;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import org.elasticmq.util.NowProvider;
import scala.Option;
import scala.concurrent.Await;
import scala.concurrent.Awaitable;
import scala.concurrent.duration.FiniteDuration;

/**
 * ElasticMQ in this JVM. The queues live in an actor system that outlives the HTTP server, so that an outage loses no
 * message.
 */
final class EmbeddedSqsServer implements SqsServer, AutoCloseable {

    private static final String HOST = "127.0.0.1";
    private static final String REGION = "eu-central-1";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration GRACE_AT_STOP = Duration.ofMillis(50);

    /** The engine drains first, so nothing here may react to a signal by itself. */
    private static final String SETTINGS = """
            pekko.daemonic = on
            pekko.jvm-shutdown-hooks = off
            pekko.coordinated-shutdown.run-by-jvm-shutdown-hook = off
            pekko.coordinated-shutdown.run-by-actor-system-terminate = off
            pekko.loggers = ["org.apache.pekko.event.slf4j.Slf4jLogger"]
            pekko.logging-filter = "org.apache.pekko.event.slf4j.Slf4jLoggingFilter"
            pekko.log-dead-letters = off
            pekko.log-dead-letters-during-shutdown = off
            """;

    private final int port;
    private final ActorSystem actors;
    private final ActorRef queues;
    private Http.ServerBinding binding;

    EmbeddedSqsServer(int port) {
        this.port = FreePort.orFree(port);
        // Named explicitly: under Maven's exec:java the libraries are not in the system class loader.
        var libraries = EmbeddedSqsServer.class.getClassLoader();
        var config = ConfigFactory.parseString(SETTINGS).withFallback(ConfigFactory.load(libraries));
        this.actors = ActorSystem.create("elasticmq", config, libraries);
        this.queues = actors.actorOf(Props.create(
                QueueManagerActor.class,
                () -> new QueueManagerActor(new NowProvider(), StrictSQSLimits$.MODULE$, Option.empty())));
    }

    @Override
    public URI endpoint() {
        return URI.create("http://" + HOST + ":" + port);
    }

    @Override
    public String region() {
        return REGION;
    }

    @Override
    public synchronized void start() {
        binding = SQSRestServerBuilder.withActorSystem(actors)
                .withQueueManagerActor(queues)
                .withInterface(HOST)
                .withPort(port)
                .withServerAddress(new NodeAddress("http", HOST, port, ""))
                .withAWSRegion(REGION)
                .start()
                .waitUntilStarted();
    }

    @Override
    public synchronized void stop() {
        if (binding != null) {
            await(binding.terminate(FiniteDuration.apply(GRACE_AT_STOP.toMillis(), TimeUnit.MILLISECONDS)));
            binding = null;
        }
    }

    @Override
    public void close() {
        stop();
        await(actors.terminate());
    }

    private static void await(Awaitable<?> what) {
        try {
            Await.ready(what, FiniteDuration.apply(LIMIT.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (java.util.concurrent.TimeoutException e) {
            throw new IllegalStateException("ElasticMQ did not stop within " + LIMIT, e);
        }
    }
}
