package dev.orderengine.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orderengine.support.SharedServices;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import jakarta.mail.Message;
import jakarta.mail.Session;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

@ExtendWith(SharedServices.class)
@Timeout(120)
class EmbeddedServicesIT {

    private static final String POSTGRES_SETTING = "SELECT setting FROM pg_settings WHERE name = ?";

    @Test
    void postgres_asStarted_isDurableVersion15(Services services) throws SQLException {
        assertThat(setting(services, "server_version")).startsWith("15.");
        assertThat(setting(services, "fsync")).isEqualTo("on");
        assertThat(setting(services, "synchronous_commit")).isEqualTo("on");
        assertThat(setting(services, "full_page_writes")).isEqualTo("on");
    }

    @Test
    void createDatabase_ofAUsedName_isEmptyAgain(Services services) throws SQLException {
        var postgres = services.postgres();
        var first = postgres.createDatabase("Embedded-Services.IT");
        update(services, first, "CREATE TABLE t ()");

        var second = postgres.createDatabase("Embedded-Services.IT");

        assertThat(second).isEqualTo(first).isEqualTo("embedded_services_it");
        assertThatThrownBy(() -> update(services, second, "TABLE t")).hasMessageContaining("does not exist");
    }

    @Test
    void postgres_stoppedAndStarted_keepsPortAndData(Services services) throws SQLException {
        var database = services.postgres().createDatabase("restart");
        update(services, database, "CREATE TABLE kept ()");

        services.postgres().stop();
        assertThatThrownBy(() -> update(services, database, "TABLE kept")).hasMessageContaining("refused");
        services.postgres().start();

        update(services, database, "INSERT INTO kept DEFAULT VALUES");
    }

    @Test
    void postgres_pausedAndResumed_hangsThenAnswers(Services services) throws SQLException {
        var endpoint = services.postgres().endpoint();
        services.postgres().pause();
        try {
            assertThatThrownBy(() -> firstByte(endpoint.host(), endpoint.port()))
                    .isInstanceOf(SocketTimeoutException.class);
        } finally {
            services.postgres().resume();
        }

        assertThat(setting(services, "fsync")).isEqualTo("on");
    }

    @Test
    void redis_stoppedAndStarted_answersOnTheSamePort(Services services) {
        var redis = services.redis();
        assertThat(ping(redis)).isEqualTo("PONG");

        redis.stop();
        assertThatThrownBy(() -> firstByte(redis.host(), redis.port())).isInstanceOf(ConnectException.class);
        redis.start();

        assertThat(ping(redis)).isEqualTo("PONG");
    }

    @Test
    void redis_pausedAndResumed_hangsThenAnswers(Services services) {
        var redis = services.redis();
        redis.pause();
        try {
            assertThatThrownBy(() -> firstByte(redis.host(), redis.port())).isInstanceOf(SocketTimeoutException.class);
        } finally {
            redis.resume();
        }

        assertThat(ping(redis)).isEqualTo("PONG");
    }

    @Test
    void sqs_stoppedAndStarted_keepsQueuesAndMessages(Services services) {
        var queue =
                DevQueues.create(services.sqs(), "restart-").get("order-events").toString();
        try (var client = DevQueues.client(services.sqs())) {
            client.sendMessage(message -> message.queueUrl(queue).messageBody("kept"))
                    .join();
            services.sqs().stop();
            services.sqs().start();

            assertThat(receive(client, queue)).isEqualTo("kept");
        }
    }

    @Test
    void createQueues_ofTheSpecification_haveDeadLetterQueues(Services services) {
        var queues = DevQueues.create(services.sqs(), "redrive-");

        assertThat(queues.keySet()).containsExactlyInAnyOrderElementsOf(DevQueues.NAMES);
        assertThat(queues.get("order-events"))
                .hasScheme("http")
                .hasPort(services.sqs().endpoint().getPort());
        try (var client = DevQueues.client(services.sqs())) {
            var policy = client.getQueueAttributes(request -> request.queueUrl(
                                    queues.get("order-events").toString())
                            .attributeNames(QueueAttributeName.REDRIVE_POLICY))
                    .join()
                    .attributes()
                    .get(QueueAttributeName.REDRIVE_POLICY);
            assertThat(policy).contains("redrive-order-events-dlq").contains("10");
        }
    }

    @Test
    void mail_sent_isKept(Services services) throws Exception {
        var properties = new Properties();
        properties.put("mail.smtp.host", services.mail().host());
        properties.put("mail.smtp.port", Integer.toString(services.mail().port()));
        var message = new MimeMessage(Session.getInstance(properties));
        message.setFrom(new InternetAddress("shop@example.com"));
        message.setRecipient(Message.RecipientType.TO, new InternetAddress("a@example.com"));
        message.setSubject("Your order");
        message.setText("Thank you");

        Transport.send(message);

        assertThat(services.mail().received())
                .anySatisfy(mail -> assertThat(mail.getSubject()).isEqualTo("Your order"));
    }

    @Test
    void payments_asStarted_answer(Services services) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(services.payments().stripeBaseUrl() + "/v1/payment_intents"))
                .header(
                        "Authorization",
                        "Bearer " + services.payments().options().apiKey())
                .build();

        var response = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"object\":\"list\"");
    }

    private static String setting(Services services, String name) throws SQLException {
        try (var connection = services.postgres().endpoint().connect("postgres");
                var statement = connection.prepareStatement(POSTGRES_SETTING)) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private static void update(Services services, String database, String sql) throws SQLException {
        try (var connection = services.postgres().endpoint().connect(database);
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static int firstByte(String host, int port) throws Exception {
        try (var socket = new Socket(host, port)) {
            socket.setSoTimeout(300);
            // A Redis command, and for Postgres the start of a message: both servers react when they run.
            socket.getOutputStream().write(new byte[] {0, 0, 0, 8, 4, (byte) 0xd2, 0x16, 0x2f, '\r', '\n'});
            return socket.getInputStream().read();
        }
    }

    private static String ping(RedisServer server) {
        var vertx = Vertx.vertx();
        try {
            var redis = Redis.createClient(vertx, server.url());
            return redis.send(Request.cmd(Command.PING)).await().toString();
        } finally {
            vertx.close().await();
        }
    }

    private static String receive(SqsAsyncClient client, String queue) {
        return client.receiveMessage(request -> request.queueUrl(queue)
                        .waitTimeSeconds((int) Duration.ofSeconds(5).toSeconds()))
                .join()
                .messages()
                .get(0)
                .body();
    }
}
