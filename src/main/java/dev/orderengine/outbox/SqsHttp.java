package dev.orderengine.outbox;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.config.EngineConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.tracing.TracingPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.endpoints.SqsEndpointProvider;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * SQS by its JSON protocol over the caller's event loop. Signature, endpoints and credentials are the AWS SDK's; its client is not used here, for it
 * took a third of the engine's CPU for ten messages a call (docs/performance.md). To be called on an event loop, where answers arrive.
 */
public final class SqsHttp implements SqsCalls {

    private static final String PROTOCOL = "application/x-amz-json-1.0";
    private static final Duration CONNECT = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    /** Shorter than SQS keeps idle connections, so that it seldom closes one that is about to be used. */
    private static final int KEEP_ALIVE_SECONDS = 20;

    private static final int CONNECTIONS = 32;
    /** The provider remembers credentials too, but may wait for a network when it renews them. */
    private static final Duration CREDENTIALS_REMEMBERED = Duration.ofSeconds(30);

    private static final int TYPICAL_LENGTH = 16 * 1024;
    private static final JsonFactory JSON = new JsonFactory();
    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    private final Vertx vertx;
    private final HttpClient client;
    private final AwsCredentialsProvider credentials;
    private final String region;
    private final URI endpoint;
    private volatile Known known;

    /** @param credentials asked on a worker thread */
    public SqsHttp(Vertx vertx, EngineConfig.Sqs config, AwsCredentialsProvider credentials) {
        this.vertx = vertx;
        this.credentials = credentials;
        this.region = config.region();
        this.endpoint = config.endpoint() == null ? endpointOf(region) : config.endpoint();
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) CONNECT.toMillis())
                        .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                        .setTracingPolicy(TracingPolicy.IGNORE),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS));
    }

    private static URI endpointOf(String region) {
        return SqsEndpointProvider.defaultProvider()
                .resolveEndpoint(parameters -> parameters.region(Region.of(region)))
                .join()
                .url();
    }

    @Override
    public Future<String> queueUrl(String name) {
        return call("AmazonSQS.GetQueueUrl", body(json -> json.writeStringField("QueueName", name)))
                .map(SqsAnswer::queueUrl);
    }

    @Override
    public Future<List<RefusedEntry>> send(String queueUrl, List<SqsMessage> messages) {
        return call("AmazonSQS.SendMessageBatch", body(json -> writeBatch(json, queueUrl, messages)))
                .map(SqsAnswer::refused);
    }

    private static void writeBatch(JsonGenerator json, String queueUrl, List<SqsMessage> messages) throws IOException {
        boolean fifo = queueUrl.endsWith(".fifo");
        json.writeStringField("QueueUrl", queueUrl);
        json.writeArrayFieldStart("Entries");
        for (int i = 0; i < messages.size(); i++) {
            messages.get(i).write(json, Integer.toString(i), fifo);
        }
        json.writeEndArray();
    }

    private static byte[] body(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(TYPICAL_LENGTH);
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            fields.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private Future<SqsAnswer> call(String target, byte[] body) {
        return credentials()
                .map(identity -> signed(target, body, identity))
                .compose(request -> exchange(request, body));
    }

    /** A lost connection is replaced once: SQS may have closed it between two calls. What was sent twice bears the same id. */
    private Future<SqsAnswer> exchange(RequestOptions request, byte[] body) {
        return attempt(request, body)
                .recover(fault -> isLostConnection(fault) ? attempt(request, body) : Future.failedFuture(fault));
    }

    private static boolean isLostConnection(Throwable fault) {
        return !(fault instanceof SqsException || fault instanceof TimeoutException);
    }

    private Future<SqsAnswer> attempt(RequestOptions request, byte[] body) {
        return client.request(request)
                .compose(begun -> begun.send(Buffer.buffer(body)))
                .compose(response -> response.body().map(read -> SqsAnswer.read(response.statusCode(), read)));
    }

    private Future<AwsCredentials> credentials() {
        Known current = known;
        if (current != null && System.nanoTime() - current.since < CREDENTIALS_REMEMBERED.toNanos()) {
            return Future.succeededFuture(current.credentials);
        }
        return vertx.executeBlocking(credentials::resolveCredentials, false)
                .onSuccess(found -> known = new Known(found, System.nanoTime()));
    }

    private RequestOptions signed(String target, byte[] body, AwsCredentials identity) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(endpoint)
                .putHeader("Content-Type", PROTOCOL)
                .putHeader("X-Amz-Target", target)
                .build();
        SdkHttpRequest signed = SIGNER.sign(sign -> sign.identity(identity)
                        .request(request)
                        .payload(ContentStreamProvider.fromByteArrayUnsafe(body))
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, "sqs")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
                .request();
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(signed.host())
                .setPort(signed.port())
                .setSsl(signed.protocol().equals("https"))
                .setURI(signed.encodedPath().isEmpty() ? "/" : signed.encodedPath())
                .setConnectTimeout(ANSWER.toMillis())
                .setIdleTimeout(ANSWER.toMillis());
        signed.forEachHeader((name, values) -> options.putHeader(name, values.get(0)));
        return options;
    }

    /** What is between the braces of a request. */
    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** @param since {@link System#nanoTime()} of when they were asked for */
    private record Known(AwsCredentials credentials, long since) {}
}
