package dev.orderengine.dev;

/**
 * The servers that the engine needs around it, for development and tests: Postgres, Redis, SQS, a mail sink and the
 * payment provider's simulator. All of them answer when an instance is handed out. Thread-safe; calls block.
 */
public interface Services extends AutoCloseable {

    /** The database server. */
    PostgresServer postgres();

    /** The Redis server, without a password and without persistence. */
    RedisServer redis();

    /** The queue server. Queues are made by {@link DevQueues}. */
    SqsServer sqs();

    /** The mail sink. */
    MailSink mail();

    /** The simulator of the payment providers. */
    PaymentSimulator payments();

    /** Stops all servers and removes what they left on disk. A second call does nothing. */
    @Override
    void close();

    /**
     * The ports to serve on; 0 means any free port.
     *
     * @param postgres Postgres
     * @param redis Redis
     * @param sqs ElasticMQ
     * @param simulator the payment simulator
     * @param smtp the mail sink
     */
    record Ports(int postgres, int redis, int sqs, int simulator, int smtp) {

        /** Free ports everywhere. */
        public static Ports free() {
            return new Ports(0, 0, 0, 0, 0);
        }
    }
}
