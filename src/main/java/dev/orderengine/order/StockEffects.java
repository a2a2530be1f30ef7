package dev.orderengine.order;

import dev.orderengine.inventory.Reservations;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Writes what changes do to stock: all rows of all orders are locked first, in the one global order. */
public final class StockEffects implements EffectWriter {

    private final Reservations reservations;

    public StockEffects(Reservations reservations) {
        this.reservations = reservations;
    }

    @Override
    public Set<Class<? extends Effect>> kinds() {
        return Set.of(Effect.ReleaseStock.class, Effect.ReleaseUnits.class);
    }

    @Override
    public Future<Void> write(SqlClient transaction, List<Effected<Effect>> effects) {
        List<UUID> touched = effects.stream().map(Effected::orderId).toList();
        return reservations
                .lock(transaction, touched)
                .compose(locked -> reservations.release(transaction, released(effects)))
                .compose(done -> reservations.releaseUnits(transaction, units(effects)));
    }

    private static List<UUID> released(List<Effected<Effect>> effects) {
        return EffectWriter.of(Effect.ReleaseStock.class, effects).stream()
                .map(Effected::orderId)
                .toList();
    }

    private static List<Reservations.Units> units(List<Effected<Effect>> effects) {
        List<Reservations.Units> units = new ArrayList<>();
        for (Effected<Effect.ReleaseUnits> release : EffectWriter.of(Effect.ReleaseUnits.class, effects)) {
            release.effect()
                    .units()
                    .forEach((product, quantity) ->
                            units.add(new Reservations.Units(release.orderId(), product, quantity)));
        }
        return units;
    }
}
