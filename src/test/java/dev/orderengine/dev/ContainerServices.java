package dev.orderengine.dev;

import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import java.net.URI;
import java.time.Duration;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Postgres, Redis and ElasticMQ in containers of the production versions; the rest in this JVM. */
public final class ContainerServices implements Services {

    private static final String POSTGRES_IMAGE = "postgres:15";
    private static final String REDIS_IMAGE = "redis:7";
    private static final String SQS_IMAGE = "softwaremill/elasticmq-native:1.7.1";
    private static final int REDIS_PORT = 6379;
    private static final int SQS_PORT = 9324;

    private final PostgresInContainer postgres;
    private final RedisInContainer redis;
    private final SqsInContainer sqs;
    private final MailSink mail;
    private final PaymentSimulator payments;
    private final Together closing;

    private ContainerServices(
            PostgresInContainer postgres,
            RedisInContainer redis,
            SqsInContainer sqs,
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

    /** Whether there is a Docker to run containers. */
    public static boolean possible() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    /**
     * Starts all servers on free ports, in parallel. If one fails, the others are stopped.
     *
     * @throws IllegalStateException saying which server failed and why
     */
    public static ContainerServices start() {
        var together = new Together();
        try {
            var postgres = together.start("Postgres", () -> new PostgresInContainer());
            var redis = together.start("Redis", () -> new RedisInContainer());
            var sqs = together.start("ElasticMQ", () -> new SqsInContainer());
            var mail = together.start("the mail sink", () -> MailSink.start(0));
            var payments = together.start(
                    "the payment simulator", () -> PaymentSimulator.start(0, PaymentSimulator.Options.defaults()));
            together.awaitAll();
            return new ContainerServices(
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

    /** Faults by Docker. The host's port is fixed, so that it is the same after a stop and a start. */
    private abstract static class InContainer implements Pausable, AutoCloseable {

        private static final Duration START_LIMIT = Duration.ofSeconds(60);

        final GenericContainer<?> container;
        final int port = FreePort.find();

        InContainer(GenericContainer<?> container, int inside) {
            this.container = container;
            container.withCreateContainerCmdModifier(command -> command.getHostConfig()
                    .withPortBindings(new PortBinding(Binding.bindPort(port), new ExposedPort(inside))));
            container.start();
        }

        @Override
        public void stop() {
            container
                    .getDockerClient()
                    .stopContainerCmd(container.getContainerId())
                    .withTimeout(10)
                    .exec();
        }

        @Override
        public void start() {
            container
                    .getDockerClient()
                    .startContainerCmd(container.getContainerId())
                    .exec();
            org.awaitility.Awaitility.await()
                    .atMost(START_LIMIT)
                    .ignoreExceptions()
                    .until(this::answers);
        }

        @Override
        public void pause() {
            container
                    .getDockerClient()
                    .pauseContainerCmd(container.getContainerId())
                    .exec();
        }

        @Override
        public void resume() {
            container
                    .getDockerClient()
                    .unpauseContainerCmd(container.getContainerId())
                    .exec();
        }

        @Override
        public void close() {
            container.stop();
        }

        /** Whether the server accepts connections; an exception is a no. */
        boolean answers() throws Exception {
            new java.net.Socket(container.getHost(), port).close();
            return true;
        }
    }

    private static final class PostgresInContainer extends InContainer implements PostgresServer {

        PostgresInContainer() {
            super(
                    new PostgreSQLContainer(POSTGRES_IMAGE)
                            .withUsername("postgres")
                            .withPassword("postgres"),
                    PostgreSQLContainer.POSTGRESQL_PORT);
        }

        @Override
        public Endpoint endpoint() {
            return new Endpoint(container.getHost(), port, "postgres", "postgres");
        }

        @Override
        boolean answers() throws Exception {
            endpoint().connect("postgres").close();
            return true;
        }
    }

    private static final class RedisInContainer extends InContainer implements RedisServer {

        RedisInContainer() {
            super(new GenericContainer<>(REDIS_IMAGE).withExposedPorts(REDIS_PORT), REDIS_PORT);
        }

        @Override
        public String host() {
            return container.getHost();
        }

        @Override
        public int port() {
            return port;
        }
    }

    /** ElasticMQ holds queues in memory, so an outage that keeps them is a pause: calls hang instead of failing. */
    private static final class SqsInContainer extends InContainer implements SqsServer {

        SqsInContainer() {
            super(new GenericContainer<>(SQS_IMAGE).withExposedPorts(SQS_PORT), SQS_PORT);
        }

        @Override
        public URI endpoint() {
            return URI.create("http://" + container.getHost() + ":" + port);
        }

        @Override
        public String region() {
            return "eu-central-1";
        }

        @Override
        public void stop() {
            pause();
        }

        @Override
        public void start() {
            resume();
        }
    }
}
