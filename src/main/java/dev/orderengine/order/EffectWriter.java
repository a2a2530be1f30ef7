package dev.orderengine.order;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes some kinds of effects, of many orders at once, inside the transaction in which the orders are locked. */
public interface EffectWriter {

    /** The kinds that it writes; no other writer may write them. */
    Set<Class<? extends Effect>> kinds();

    /** @param effects of these kinds, at least one, in the order of the changes */
    Future<Void> write(SqlClient transaction, List<Effected<Effect>> effects);

    /** An effect and the change that it is a part of. */
    record Effected<E extends Effect>(OrderChange change, E effect) {

        /** The order. */
        public UUID orderId() {
            return change.before().id();
        }
    }

    /** The effects of one kind. */
    static <E extends Effect> List<Effected<E>> of(Class<E> kind, List<Effected<Effect>> effects) {
        return effects.stream()
                .filter(effected -> kind.isInstance(effected.effect()))
                .map(effected -> new Effected<>(effected.change(), kind.cast(effected.effect())))
                .toList();
    }

    /** The effects of these changes that a writer of these kinds writes. */
    static List<Effected<Effect>> of(Set<Class<? extends Effect>> kinds, List<OrderChange> changes) {
        return changes.stream().flatMap(change -> effected(change, kinds)).collect(Collectors.toUnmodifiableList());
    }

    private static Stream<Effected<Effect>> effected(OrderChange change, Set<Class<? extends Effect>> kinds) {
        return change.effects().stream()
                .filter(effect -> kinds.contains(effect.getClass()))
                .map(effect -> new Effected<>(change, effect));
    }
}
