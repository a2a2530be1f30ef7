package dev.orderengine.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RolesTest {

    @Test
    void projectRoles_grantWhatTheSpecificationSays() throws IOException {
        Roles roles = projectRoles();

        assertThat(scopes(roles, "customer"))
                .contains(Scope.ORDERS_READ, Scope.ORDERS_WRITE, Scope.CATALOG_READ)
                .doesNotContain(Scope.ORDERS_ALL, Scope.ORDERS_REVIEW, Scope.ORDERS_FULFIL, Scope.ADMIN);
        assertThat(scopes(roles, "reviewer"))
                .contains(Scope.ORDERS_ALL, Scope.ORDERS_REVIEW)
                .doesNotContain(Scope.ORDERS_WRITE, Scope.ADMIN);
        assertThat(scopes(roles, "fulfilment"))
                .contains(Scope.ORDERS_FULFIL, Scope.INVENTORY_WRITE)
                .doesNotContain(Scope.ORDERS_WRITE);
        assertThat(scopes(roles, "service")).contains(Scope.ORDERS_ALL, Scope.ORDERS_WRITE);
        assertThat(scopes(roles, "admin")).isEqualTo(EnumSet.allOf(Scope.class));
    }

    @Test
    void scopes_ofSeveralRoles_areThoseOfAll() throws IOException {
        Roles roles = projectRoles();

        assertThat(roles.scopes(List.of("reviewer", "customer")))
                .containsAll(scopes(roles, "reviewer"))
                .containsAll(scopes(roles, "customer"));
    }

    @Test
    void scopes_ofAnUnknownRole_areNone() throws IOException {
        assertThat(scopes(projectRoles(), "emperor")).isEmpty();
        assertThat(projectRoles().scopes(List.of())).isEmpty();
    }

    @Test
    void read_aScopeThatDoesNotExist_isRefusedByName() {
        assertThatThrownBy(() -> read("customer: [orders:read, orders:raed]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("orders:raed");
    }

    @Test
    void read_whatIsNoTable_isRefused() {
        assertThatThrownBy(() -> read("- customer")).isInstanceOf(IOException.class);
    }

    private static Roles projectRoles() throws IOException {
        try (InputStream yaml = Files.newInputStream(Path.of("conf/roles.yaml"))) {
            return Roles.read(yaml);
        }
    }

    private static Roles read(String yaml) throws IOException {
        return Roles.read(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)));
    }

    private static Set<Scope> scopes(Roles roles, String role) {
        return roles.scopes(List.of(role));
    }
}
