package dev.orderengine;

import dev.orderengine.config.EngineConfig;
import dev.orderengine.database.Queries;
import dev.orderengine.fulfilment.FulfilDecider;
import dev.orderengine.fulfilment.FulfilOrder;
import dev.orderengine.fulfilment.FulfilmentEffects;
import dev.orderengine.fulfilment.UpdateFulfilment;
import dev.orderengine.fulfilment.UpdateFulfilmentDecider;
import dev.orderengine.http.OrderAnswers;
import dev.orderengine.inventory.Reservations;
import dev.orderengine.inventory.StockMovements;
import dev.orderengine.order.CancelDecider;
import dev.orderengine.order.CancelOrder;
import dev.orderengine.order.CommandStore;
import dev.orderengine.order.ConfirmDecider;
import dev.orderengine.order.ConfirmPayment;
import dev.orderengine.order.Deciders;
import dev.orderengine.order.DetailEffects;
import dev.orderengine.order.EffectWriter;
import dev.orderengine.order.MoneyEffects;
import dev.orderengine.order.OrderChanges;
import dev.orderengine.order.OrderCommandVerticle;
import dev.orderengine.order.OrderCounters;
import dev.orderengine.order.PayDecider;
import dev.orderengine.order.PayOrder;
import dev.orderengine.order.PaymentTerms;
import dev.orderengine.order.PgCommandStore;
import dev.orderengine.order.PgOrderStore;
import dev.orderengine.order.RefundOrder;
import dev.orderengine.order.RefundOrderDecider;
import dev.orderengine.order.ReviewDecider;
import dev.orderengine.order.ReviewOrder;
import dev.orderengine.order.StockEffects;
import dev.orderengine.order.UpdateDecider;
import dev.orderengine.order.UpdateOrder;
import dev.orderengine.order.VerificationDecider;
import dev.orderengine.order.VerifyOrder;
import dev.orderengine.returns.ReceiveReturn;
import dev.orderengine.returns.ReceiveReturnDecider;
import dev.orderengine.returns.RegisterReturn;
import dev.orderengine.returns.RegisterReturnDecider;
import dev.orderengine.returns.ReturnEffects;
import java.util.List;

/** How orders are changed: by commands, and by whatever else changes them. */
final class OrderParts {

    private final Foundation on;
    private final Queries lists;
    private final Reservations reservations = new Reservations();

    OrderParts(Foundation on, Queries lists) {
        this.on = on;
        this.lists = lists;
    }

    Reservations reservations() {
        return reservations;
    }

    /** Writes changes of orders, with their events and effects. */
    OrderChanges changes() {
        List<EffectWriter> writers = List.of(
                new MoneyEffects(on.tokens()),
                new DetailEffects(on.json()),
                new FulfilmentEffects(),
                new ReturnEffects(),
                new StockEffects(reservations, new StockMovements()));
        return new OrderChanges(writers, on.json(), new OrderCounters(on.metrics()));
    }

    /** Carries commands out. */
    CommandStore commandStore() {
        EngineConfig.Orders orders = on.config().orders();
        PaymentTerms terms = new PaymentTerms(orders.paymentExpiry(), orders.bankTransferExpiry());
        Deciders deciders = new Deciders()
                .on(UpdateOrder.class, new UpdateDecider())
                .on(CancelOrder.class, new CancelDecider(on.ids()))
                .on(PayOrder.class, new PayDecider(terms, on.ids()))
                .on(ConfirmPayment.class, new ConfirmDecider(on.ids()))
                .on(VerifyOrder.class, new VerificationDecider(terms))
                .on(ReviewOrder.class, new ReviewDecider(terms))
                .on(RefundOrder.class, new RefundOrderDecider(on.ids()))
                .on(FulfilOrder.class, new FulfilDecider(on.ids()))
                .on(UpdateFulfilment.class, new UpdateFulfilmentDecider())
                .on(RegisterReturn.class, new RegisterReturnDecider(on.ids()))
                .on(ReceiveReturn.class, new ReceiveReturnDecider(on.ids()));
        return new PgCommandStore(
                on.database().transactions(),
                changes(),
                deciders,
                new PgOrderStore(on.database().readers(), lists, on.json()),
                new OrderAnswers(on.json()),
                on.json(),
                on.clock());
    }

    /** Carries out what callers of the API and of queues want. */
    OrderCommandVerticle commands() {
        return new OrderCommandVerticle(
                on.bus(), on.spans(), commandStore(), on.config().database().timeout(), on.metrics(), on.afterCommit());
    }
}
