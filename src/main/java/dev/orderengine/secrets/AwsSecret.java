package dev.orderengine.secrets;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secrets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClient;
import software.amazon.awssdk.services.secretsmanager.SecretsManagerClientBuilder;
import software.amazon.awssdk.services.secretsmanager.model.GetSecretValueResponse;

/** One secret of AWS Secrets Manager: a JSON object whose names are those of variables. A client a look: it is not worth keeping. */
final class AwsSecret implements Secrets {

    private static final Duration CALL = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EngineConfig.SecretSources config;
    private final AwsCredentialsProvider credentials;

    AwsSecret(EngineConfig.SecretSources config, AwsCredentialsProvider credentials) {
        this.config = config;
        this.credentials = credentials;
    }

    @Override
    public Map<String, Version> read() {
        try (SecretsManagerClient client = client()) {
            GetSecretValueResponse answer = client.getSecretValue(request -> request.secretId(config.awsSecret()));
            return versions(JSON.readTree(answer.secretString()), answer.createdDate());
        } catch (SdkException e) {
            throw new UnavailableException(config.awsSecret() + ": " + e.getMessage(), e);
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // Neither the parser's message nor the parser: both may quote the secret.
            throw new UnavailableException(config.awsSecret() + ": it is no JSON object", null);
        }
    }

    private static Map<String, Version> versions(JsonNode values, Instant since) {
        if (!values.isObject()) {
            throw new IllegalArgumentException();
        }
        Map<String, Version> found = new HashMap<>();
        values.properties()
                .forEach(value ->
                        found.put(value.getKey(), new Version(value.getValue().asText(), since)));
        return found;
    }

    private SecretsManagerClient client() {
        SecretsManagerClientBuilder builder = SecretsManagerClient.builder()
                .region(Region.of(config.awsRegion()))
                .credentialsProvider(credentials)
                .httpClientBuilder(UrlConnectionHttpClient.builder())
                .overrideConfiguration(client -> client.apiCallTimeout(CALL));
        if (config.awsEndpoint() != null) {
            builder.endpointOverride(config.awsEndpoint());
        }
        return builder.build();
    }
}
