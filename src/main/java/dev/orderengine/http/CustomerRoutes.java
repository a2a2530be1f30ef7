package dev.orderengine.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.orderengine.customer.Customer;
import dev.orderengine.customer.CustomerProfile;
import dev.orderengine.customer.Customers;
import dev.orderengine.database.Written;
import dev.orderengine.http.AuditTrail.Change;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** The customers, read and written: staff all of them, everybody else himself. */
final class CustomerRoutes {

    private final Customers customers;
    private final RequestBody bodies;
    private final AuditTrail audit;
    private final JsonOut json;

    CustomerRoutes(Customers customers, RequestBody bodies, AuditTrail audit, JsonOut json) {
        this.customers = customers;
        this.bodies = bodies;
        this.audit = audit;
        this.json = json;
    }

    void get(RoutingContext context) {
        Deadline.of(customers.find(customerId(context)))
                .map(found -> found.orElseThrow(() -> new ProblemException(Problem.notFound())))
                .onSuccess(customer -> Responses.versioned(context, version(customer), body(customer)))
                .onFailure(context::fail);
    }

    /** Creates or replaces a customer. */
    void put(RoutingContext context) {
        String customerId = customerId(context);
        Preconditions preconditions = Preconditions.of(context);
        CustomerProfile profile = CustomerDecoder.decode(
                        customerId, bodies.read(context.body().buffer()))
                .orRefuse();
        Future<Written<Customer>> written = customers.put(
                profile,
                found -> preconditions.allow(found.map(CustomerRoutes::version)),
                audit.recording(context, CustomerRoutes::change));
        Deadline.of(written)
                .onSuccess(write -> Responses.written(
                        context, write, "/customers/" + customerId, CustomerRoutes::version, this::body))
                .onFailure(context::fail);
    }

    private static Optional<Change> change(Written<Customer> written) {
        return Optional.of(written)
                .filter(Written::changed)
                .map(changed -> new Change(
                        "customer.put",
                        changed.thing().profile().customerId(),
                        changed.outcome().wire(),
                        Map.of("version", changed.thing().version())));
    }

    /** The id in the path; one that is not the caller's business is as good as unknown. */
    private static String customerId(RoutingContext context) {
        String customerId = Identifiers.inPath(context);
        if (!RequestContext.of(context).caller().sees(customerId)) {
            throw new ProblemException(Problem.notFound());
        }
        return customerId;
    }

    private static String version(Customer customer) {
        return String.valueOf(customer.version());
    }

    private Buffer body(Customer customer) {
        return json.object(out -> profile(customer.profile(), out));
    }

    private static void profile(CustomerProfile profile, JsonGenerator out) throws IOException {
        out.writeStringField("customer_id", profile.customerId());
        text("email", profile.email(), out);
        text("name", profile.name(), out);
        text("locale", profile.locale(), out);
    }

    private static void text(String name, String value, JsonGenerator out) throws IOException {
        if (value != null) {
            out.writeStringField(name, value);
        }
    }
}
