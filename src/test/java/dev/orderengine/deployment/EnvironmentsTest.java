package dev.orderengine.deployment;

import static dev.orderengine.deployment.Environments.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.database.Database;
import dev.orderengine.order.FulfillmentChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/** What stands in several files of {@code deploy/} agrees, and with what the engine makes of it. */
class EnvironmentsTest {

    /** Both serve while a release is watched, each with as many engines as it may have. */
    private static final int COLOURS = 2;

    /** For whoever is not an engine: PostgreSQL's own three, RDS, backups, the exporter, people. */
    private static final int RESERVE = 30;

    @TempDir
    Path nowhere;

    @ParameterizedTest
    @ValueSource(strings = {"development", "staging", "production"})
    void queues_ofEachOverlay_areThoseThatTerraformMakes(String environment) throws IOException {
        EngineConfig config = Environments.kubernetes(environment, nowhere);

        assertThat(queues(config)).containsExactlyInAnyOrderElementsOf(Environments.queuesOf(environment));
    }

    @Test
    void queues_ofCloudRun_areThoseOfProduction() throws IOException {
        assertThat(queues(Environments.cloudRun(nowhere)))
                .containsExactlyInAnyOrderElementsOf(Environments.queuesOf("production"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"development", "staging", "production"})
    void connections_ofBothColoursAtTheirMost_fitTheDatabase(String environment) throws IOException {
        int each = Database.connectionsOf(
                Environments.kubernetes(environment, nowhere).database());

        int all = COLOURS * (mostReplicas(environment) + surge()) * each;

        assertThat(all)
                .as("%d connections an engine", each)
                .isLessThanOrEqualTo(Environments.maxConnections() - RESERVE);
    }

    @Test
    void connections_ofTwoRevisionsOnCloudRun_fitTheDatabase() throws IOException {
        int each = Database.connectionsOf(Environments.cloudRun(nowhere).database());
        Object most = at(
                Environments.cloudRunService(),
                "spec",
                "template",
                "metadata",
                "annotations",
                "autoscaling.knative.dev/maxScale");

        assertThat(COLOURS * Integer.parseInt(most.toString()) * each)
                .isLessThanOrEqualTo(Environments.maxConnections() - RESERVE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"development", "staging", "production"})
    void databaseUser_ofEachOverlay_isNotTheOwnerOfTheTables(String environment) throws IOException {
        assertServesRestricted(Environments.kubernetes(environment, nowhere));
    }

    @Test
    void databaseUser_ofCloudRunAndOfTheLaptop_isNotTheOwnerOfTheTables() throws IOException {
        assertServesRestricted(Environments.cloudRun(nowhere));
        assertServesRestricted(Environments.compose(nowhere));
    }

    @Test
    void passwords_ofOwnerAndEngine_areTwoSecrets() throws IOException {
        for (String file : List.of("deployment-blue.yaml", "deployment-green.yaml")) {
            List<String> secrets = new ArrayList<>();
            Object sources = at(Environments.base(file).get(0), "spec", "template", "spec", "containers", 0, "envFrom");
            for (Object source : (List<?>) sources) {
                if (((Map<?, ?>) source).containsKey("secretRef")) {
                    secrets.add(at(source, "secretRef", "name").toString());
                }
            }

            assertThat(secrets).containsExactly("order-engine-secrets", "order-engine-database-owner");
        }
    }

    private static void assertServesRestricted(EngineConfig config) {
        assertThat(config.database().migrationUser())
                .isNotNull()
                .isNotEqualTo(config.database().user());
    }

    private static List<String> queues(EngineConfig config) {
        List<String> queues = new ArrayList<>(List.of(
                config.sqs().eventsQueue(),
                config.notifications().queue(),
                config.fulfilment().updatesQueue()));
        for (FulfillmentChannel channel : FulfillmentChannel.values()) {
            queues.add(config.fulfilment().queuePrefix() + channel.wire());
        }
        return queues;
    }

    /** Of the overlay where it says so, else of the base; both colours have the same. */
    private static int mostReplicas(String environment) throws IOException {
        for (Object patch : (List<?>) at(Environments.overlay(environment), "patches")) {
            if ("HorizontalPodAutoscaler".equals(at(patch, "target", "kind"))) {
                Object operations = new Yaml().load(at(patch, "patch").toString());
                for (Object operation : (List<?>) operations) {
                    if ("/spec/maxReplicas".equals(at(operation, "path"))) {
                        return (Integer) at(operation, "value");
                    }
                }
            }
        }
        return (Integer) at(Environments.base("autoscaling.yaml").get(0), "spec", "maxReplicas");
    }

    /** Beyond the replicas while a colour is replaced in place. */
    private static int surge() throws IOException {
        return (Integer)
                at(Environments.base("deployment-blue.yaml").get(0), "spec", "strategy", "rollingUpdate", "maxSurge");
    }
}
