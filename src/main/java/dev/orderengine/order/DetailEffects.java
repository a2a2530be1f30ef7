package dev.orderengine.order;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Writes other details of orders. */
public final class DetailEffects implements EffectWriter {

    private static final String CHANGE = """
            UPDATE orders o
            SET shipping_address = d.shipping_address, channel = d.channel, metadata = d.metadata::jsonb
            FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS d (id, shipping_address, channel, metadata)
            WHERE o.id = d.id""";

    private final ObjectMapper json;

    public DetailEffects(ObjectMapper json) {
        this.json = json;
    }

    @Override
    public Set<Class<? extends Effect>> kinds() {
        return Set.of(Effect.ChangeDetails.class);
    }

    @Override
    public Future<Void> write(SqlClient transaction, List<Effected<Effect>> effects) {
        List<Effected<Effect.ChangeDetails>> changes = EffectWriter.of(Effect.ChangeDetails.class, effects);
        Tuple tuple = Tuple.tuple()
                .addArrayOfUUID(changes.stream().map(Effected::orderId).toArray(UUID[]::new))
                .addArrayOfString(column(changes, OrderDetails::shippingAddress))
                .addArrayOfString(column(
                        changes,
                        details -> details.channel() == null
                                ? null
                                : details.channel().wire()))
                .addArrayOfString(column(changes, details -> json(details.metadata())));
        return transaction.preparedQuery(CHANGE).execute(tuple).mapEmpty();
    }

    private static String[] column(List<Effected<Effect.ChangeDetails>> changes, Function<OrderDetails, String> value) {
        return changes.stream()
                .map(change -> value.apply(change.effect().details()))
                .toArray(String[]::new);
    }

    /** As placement keeps it: no metadata is null. */
    private String json(Map<String, String> metadata) {
        try {
            return metadata.isEmpty() ? null : json.writeValueAsString(metadata);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("metadata that is not JSON", e);
        }
    }
}
