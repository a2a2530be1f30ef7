package dev.orderengine.secrets;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.config.Secrets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;

/** The stores of secrets that are configured, the later over the earlier: files, AWS Secrets Manager. */
public final class SecretStores {

    private SecretStores() {}

    /** Opens what is configured; reads nothing yet. */
    public static Secrets open(EngineConfig.SecretSources config) {
        List<Secrets> stores = new ArrayList<>();
        if (config.directory() != null) {
            stores.add(new SecretFiles(config.directory()));
        }
        if (config.awsSecret() != null) {
            stores.add(
                    new AwsSecret(config, DefaultCredentialsProvider.builder().build()));
        }
        return () -> {
            Map<String, Secrets.Version> found = new HashMap<>();
            stores.forEach(store -> found.putAll(store.read()));
            return found;
        };
    }
}
