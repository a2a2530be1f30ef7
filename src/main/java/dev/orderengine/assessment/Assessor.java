package dev.orderengine.assessment;

import dev.orderengine.catalog.Catalog;
import dev.orderengine.catalog.Product;
import dev.orderengine.money.Conversion.Converted;
import dev.orderengine.money.FxRates;
import dev.orderengine.order.Fault;
import dev.orderengine.order.OrderLine;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.order.PricedOrder;
import dev.orderengine.rules.Decision;
import dev.orderengine.rules.Evaluation;
import dev.orderengine.rules.Evaluation.NeedsFacts;
import dev.orderengine.rules.FactGroup;
import dev.orderengine.rules.Facts;
import dev.orderengine.rules.OrderFacts;
import dev.orderengine.rules.RuleBook;
import dev.orderengine.rules.Verdict;
import dev.orderengine.telemetry.Spans;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.trace.SpanKind;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Prices an order and applies the rules to it, fetching only the facts that the rules turn out to need. */
final class Assessor {

    private final Spans spans;
    private final Catalog catalog;
    private final Supplier<RuleBook> rules;
    private final Supplier<FxRates> rates;
    private final FactSource facts;
    private final Timer evaluations;

    /** @param evaluations takes the time of each decision, facts included */
    Assessor(
            Spans spans,
            Catalog catalog,
            Supplier<RuleBook> rules,
            Supplier<FxRates> rates,
            FactSource facts,
            Timer evaluations) {
        this.spans = spans;
        this.catalog = catalog;
        this.rules = rules;
        this.rates = rates;
        this.facts = facts;
        this.evaluations = evaluations;
    }

    /** Fails when the catalogue or a needed fact cannot be had. */
    Future<Assessment> assess(Assess question) {
        List<String> productIds =
                question.order().items().stream().map(OrderLine::productId).toList();
        return catalog.products(productIds).compose(products -> assess(question, products));
    }

    private Future<Assessment> assess(Assess question, Map<String, Product> products) {
        PlaceOrder order = question.order();
        Pricing.Priced priced = Pricing.price(order, products);
        if (!priced.faults().isEmpty()) {
            return Future.succeededFuture(new Assessment.Faulty(priced.faults()));
        }
        if (rates.get().toUsd(priced.total()) instanceof Converted converted) {
            return decide(question, priced, converted).map(decision -> outcome(order, priced, converted, decision));
        }
        return Future.succeededFuture(new Assessment.Faulty(List.of(new Fault(
                "/currency", "currency_not_supported", "no exchange rate is known for " + order.currency()))));
    }

    private Future<Decision> decide(Assess question, Pricing.Priced priced, Converted converted) {
        long start = System.nanoTime();
        Facts known = Facts.of(orderFacts(question.order(), priced, converted), question.at());
        RuleBook book = rules.get();
        return spans.around(
                        "rules",
                        SpanKind.INTERNAL,
                        question.traceparent(),
                        span -> span.setAttribute("rules.version", book.version()),
                        own -> decide(book, known, own))
                .onComplete(done -> evaluations.record(System.nanoTime() - start, TimeUnit.NANOSECONDS));
    }

    private Future<Decision> decide(RuleBook book, Facts known, String traceparent) {
        Evaluation evaluation = book.evaluate(known);
        if (evaluation instanceof NeedsFacts needs) {
            return fetch(needs, known, traceparent).compose(richer -> decide(book, richer, traceparent));
        }
        return Future.succeededFuture(((Evaluation.Decided) evaluation).decision());
    }

    private Future<Facts> fetch(NeedsFacts needs, Facts known, String traceparent) {
        Future<Facts> richer = Future.succeededFuture(known);
        for (FactGroup group : needs.groups()) {
            richer = richer.compose(facts -> fetch(group, facts, traceparent));
        }
        return richer;
    }

    private Future<Facts> fetch(FactGroup group, Facts known, String traceparent) {
        return spans.around(
                "facts",
                SpanKind.CLIENT,
                traceparent,
                span -> span.setAttribute("db.system.name", "postgresql").setAttribute("facts", group.name()),
                own -> fetch(group, known));
    }

    private Future<Facts> fetch(FactGroup group, Facts known) {
        OrderFacts order = known.order();
        return switch (group) {
            case RETURNS -> facts.returns(order.customerId()).map(known::with);
            case HISTORY -> facts.history(order.customerId(), known.now()).map(known::with);
            case STOCK -> facts.stock(order.products().keySet()).map(known::with);
            case ORDER -> throw new IllegalStateException("the order is always known");
        };
    }

    private static OrderFacts orderFacts(PlaceOrder order, Pricing.Priced priced, Converted converted) {
        Map<String, Long> products = new HashMap<>();
        priced.lines().forEach(line -> products.put(line.productId(), (long) line.quantity()));
        return new OrderFacts(
                order.customerId(),
                priced.total(),
                converted.usd(),
                order.paymentMethod().wire(),
                products,
                order.shippingAddress() != null,
                order.channel() == null ? "" : order.channel().wire(),
                order.metadata());
    }

    private static Assessment outcome(PlaceOrder order, Pricing.Priced priced, Converted converted, Decision decision) {
        PricedOrder result = new PricedOrder(order, priced.lines(), priced.total(), converted.rate(), decision);
        return decision.verdict() == Verdict.REJECT
                ? new Assessment.Rejected(result)
                : new Assessment.Acceptable(result);
    }
}
