package dev.orderengine.fulfilment;

import dev.orderengine.order.Fulfilment;
import dev.orderengine.order.LockedOrder;
import dev.orderengine.order.OrderDecider;
import dev.orderengine.order.Refusal;
import dev.orderengine.order.Ruling;
import dev.orderengine.order.Transitions;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Decides on what is told of a parcel. It may be told twice and in any order: what was known changes nothing, what comes late neither, and
 * a parcel that is delivered has shipped. One that left cannot fail any more: it comes back as a return.
 */
public final class UpdateFulfilmentDecider implements OrderDecider<UpdateFulfilment> {

    @Override
    public Ruling decide(LockedOrder order, UpdateFulfilment command, Instant now) {
        Optional<Fulfilment> found = order.goods().fulfilments().stream()
                .filter(fulfilment -> fulfilment.id().equals(command.fulfilmentId()))
                .findFirst();
        if (found.isEmpty()) {
            return new Ruling.Refuse(new Refusal.NotFound());
        }
        Fulfilment parcel = found.get();
        if (isKnown(parcel, command.state())) {
            return track(order, parcel, command.tracking(), now);
        }
        if (!Transitions.allows(parcel.state(), command.state())) {
            return Ruling.illegal("A fulfilment that is " + parcel.state().wire() + " cannot become "
                    + command.state().wire() + ".");
        }
        return move(order, parcel, command, now);
    }

    /** Whether it is so already, or was and is further by now. */
    private static boolean isKnown(Fulfilment parcel, Fulfilment.State told) {
        return parcel.state() == told
                || (told == Fulfilment.State.SHIPPED && parcel.state().hasLeft());
    }

    private static Ruling track(LockedOrder order, Fulfilment parcel, String tracking, Instant now) {
        boolean known = tracking == null || Objects.equals(tracking, parcel.tracking());
        if (known || !parcel.state().hasLeft()) {
            return new Ruling.Unchanged();
        }
        Shipment shipment = new Shipment(order.state());
        shipment.track(parcel.trackedBy(tracking, now));
        return change(shipment);
    }

    private static Ruling move(LockedOrder order, Fulfilment parcel, UpdateFulfilment command, Instant now) {
        Fulfilment moved = parcel.moveTo(command.state(), command.tracking(), now);
        Shipment shipment = new Shipment(order.state());
        if (moved.state() == Fulfilment.State.FAILED) {
            shipment.fail(moved);
            return change(shipment);
        }
        if (!parcel.state().hasLeft()) {
            shipment.ship(moved);
        }
        if (moved.state() == Fulfilment.State.DELIVERED) {
            shipment.deliver(moved);
        }
        return change(shipment);
    }

    private static Ruling change(Shipment shipment) {
        return new Ruling.Change(shipment.order(), shipment.events(), shipment.effects(), null);
    }
}
