package dev.orderengine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The manifests under {@code deploy/kubernetes/base} are what Kubernetes' own model knows: a field that it does not have is a typo. */
class KubernetesManifestsTest {

    private static final Path BASE = Path.of("deploy", "kubernetes", "base");

    private static final Map<String, Class<?>> KINDS = Map.of(
            "v1/Service", Service.class,
            "v1/ServiceAccount", ServiceAccount.class,
            "apps/v1/Deployment", Deployment.class,
            "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
            "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class);

    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());

    @Test
    void manifests_parsedStrictly_haveNoUnknownFields() throws IOException {
        for (JsonNode manifest : manifests()) {
            assertThat(unknownFields(manifest)).as(manifest.toPrettyString()).isEmpty();
        }
    }

    @Test
    void manifest_withATypo_isFound() throws IOException {
        JsonNode manifest = yaml.readTree(
                "{apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {containers: [{imagee: x}]}}}}");

        assertThat(unknownFields(manifest)).containsExactly("/spec/template/spec/containers/0/imagee");
    }

    @Test
    void deployments_ofBothColours_areAlikeAndLockedDown() throws IOException {
        List<Deployment> deployments = new ArrayList<>();
        for (JsonNode manifest : manifests()) {
            if (manifest.path("kind").asText().equals("Deployment")) {
                deployments.add(yaml.convertValue(manifest, Deployment.class));
            }
        }

        assertThat(deployments)
                .extracting(each -> each.getMetadata().getName())
                .containsExactly("order-engine-blue", "order-engine-green");
        String blue = yaml.writeValueAsString(deployments.get(0));
        assertThat(blue.replace("blue", "green")).isEqualTo(yaml.writeValueAsString(deployments.get(1)));
        PodSpec pod = deployments.get(0).getSpec().getTemplate().getSpec();
        Container engine = pod.getContainers().get(0);
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(engine.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
        assertThat(engine.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(List.of(engine.getStartupProbe(), engine.getReadinessProbe(), engine.getLivenessProbe()))
                .extracting(probe -> probe.getHttpGet().getPath())
                .containsExactly("/health/startup", "/health/ready", "/health/live");
    }

    private List<JsonNode> manifests() throws IOException {
        List<JsonNode> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(BASE)) {
            for (Path file : files.filter(path -> !path.endsWith("kustomization.yaml"))
                    .sorted()
                    .toList()) {
                try (MappingIterator<JsonNode> documents =
                        yaml.readerFor(JsonNode.class).readValues(file.toFile())) {
                    all.addAll(documents.readAll());
                }
            }
        }
        assertThat(all).hasSizeGreaterThan(8);
        return all;
    }

    /** What is in the manifest and not in the model's own rendering of it, as JSON pointers; the model keeps what it does not know apart. */
    private List<String> unknownFields(JsonNode manifest) {
        String kind = manifest.path("apiVersion").asText() + "/"
                + manifest.path("kind").asText();
        assertThat(KINDS).as("kinds that this test knows").containsKey(kind);
        JsonNode known = yaml.copy()
                .setAnnotationIntrospector(new WithoutUnknown())
                .valueToTree(yaml.convertValue(manifest, KINDS.get(kind)));
        List<String> unknown = new ArrayList<>();
        compare("", manifest, known, unknown);
        return unknown;
    }

    private static void compare(String at, JsonNode written, JsonNode known, List<String> unknown) {
        if (known == null || known.isMissingNode()) {
            unknown.add(at);
        } else if (written.isObject()) {
            for (Iterator<String> names = written.fieldNames(); names.hasNext(); ) {
                String name = names.next();
                compare(at + "/" + name, written.get(name), known.get(name), unknown);
            }
        } else if (written.isArray()) {
            for (int i = 0; i < written.size(); i++) {
                compare(at + "/" + i, written.get(i), known.get(i), unknown);
            }
        }
    }

    /** Leaves out the fields that the model keeps only because it does not know them. */
    private static final class WithoutUnknown extends JacksonAnnotationIntrospector {

        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnyGetter(Annotated annotated) {
            return false;
        }
    }
}
