package dev.orderengine.order;

import dev.orderengine.inventory.Reservations;
import dev.orderengine.inventory.StockMovements;
import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Writes what changes do to stock: all rows of all orders are locked first, in the one global order. */
public final class StockEffects implements EffectWriter {

    private final Reservations reservations;
    private final StockMovements movements;

    public StockEffects(Reservations reservations, StockMovements movements) {
        this.reservations = reservations;
        this.movements = movements;
    }

    @Override
    public Set<Class<? extends Effect>> kinds() {
        return Set.of(Effect.ReleaseStock.class, Effect.ReleaseUnits.class, Effect.MoveStock.class);
    }

    @Override
    public Future<Void> write(SqlClient transaction, List<Effected<Effect>> effects) {
        List<UUID> touched = effects.stream().map(Effected::orderId).toList();
        List<StockMovements.OfOrder> moves = moves(effects);
        return reservations
                .lock(
                        transaction,
                        touched,
                        moves.stream().map(StockMovements.OfOrder::movement).toList())
                .compose(locked -> reservations.release(transaction, released(effects)))
                .compose(done -> reservations.releaseUnits(transaction, units(effects)))
                .compose(done -> move(transaction, moves));
    }

    private Future<Void> move(SqlClient transaction, List<StockMovements.OfOrder> moves) {
        if (moves.isEmpty()) {
            return Future.succeededFuture();
        }
        return movements
                .write(transaction, moves)
                .compose(sound -> sound
                        ? Future.succeededFuture()
                        : Future.failedFuture(new DecisionOutdated("stock went elsewhere since the decision")));
    }

    private static List<StockMovements.OfOrder> moves(List<Effected<Effect>> effects) {
        List<StockMovements.OfOrder> moves = new ArrayList<>();
        for (Effected<Effect.MoveStock> move : EffectWriter.of(Effect.MoveStock.class, effects)) {
            move.effect()
                    .movements()
                    .forEach(movement -> moves.add(new StockMovements.OfOrder(move.orderId(), movement)));
        }
        return moves;
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
