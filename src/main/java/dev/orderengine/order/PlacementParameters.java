package dev.orderengine.order;

import static dev.orderengine.database.Columns.column;
import static dev.orderengine.database.Columns.time;

import dev.orderengine.order.PricedOrder.PricedLine;
import dev.orderengine.seal.TokenSeal;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/** The arrays that {@code place_orders} takes: one element an order, a line or an event, in the order of the batch. */
final class PlacementParameters {

    private final List<NewOrder> orders;
    private final TokenSeal tokens;
    private final List<Line> lines;
    private final List<Fact> facts;

    private record Line(int order, PricedLine line) {}

    private record Fact(int order, int sequence, NewOrder.Event event, String actor) {}

    /** @param tokens encrypts the payment tokens */
    PlacementParameters(List<NewOrder> orders, TokenSeal tokens) {
        this.orders = orders;
        this.tokens = tokens;
        this.lines = new ArrayList<>(orders.size() * 2);
        this.facts = new ArrayList<>(orders.size() + 8);
        for (int i = 0; i < orders.size(); i++) {
            NewOrder order = orders.get(i);
            for (PricedLine line : order.place().order().lines()) {
                lines.add(new Line(i + 1, line));
            }
            for (int e = 0; e < order.events().size(); e++) {
                facts.add(new Fact(
                        i + 1, e + 1, order.events().get(e), order.place().caller()));
            }
        }
    }

    /** @param pessimistic whether stock is locked before anything is decided */
    Tuple tuple(boolean pessimistic) {
        Tuple tuple = Tuple.of(pessimistic);
        addOrders(tuple);
        addLines(tuple);
        addEvents(tuple);
        return tuple;
    }

    /** Whether an order spends its caller's key beside the one that decides on replays. */
    boolean spendsFurtherKeys() {
        return orders.stream().anyMatch(order -> order.place().spendsTwoKeys());
    }

    /** The same, and the keys that are spent beside those. */
    Tuple tupleWithFurtherKeys(boolean pessimistic) {
        Tuple tuple = tuple(pessimistic);
        tuple.addArrayOfString(furtherKey(Place::caller, String[]::new));
        tuple.addArrayOfString(furtherKey(Place::idempotencyKey, String[]::new));
        tuple.addArrayOfBuffer(furtherKey(Place::requestHash, Buffer[]::new));
        tuple.addArrayOfOffsetDateTime(of(place -> time(place.at()), OffsetDateTime[]::new));
        return tuple;
    }

    private void addOrders(Tuple tuple) {
        tuple.addArrayOfUUID(of(Place::id, UUID[]::new));
        tuple.addArrayOfOffsetDateTime(of(place -> time(place.at()), OffsetDateTime[]::new));
        tuple.addArrayOfString(of(Place::keyScope, String[]::new));
        tuple.addArrayOfString(of(Place::key, String[]::new));
        tuple.addArrayOfBuffer(of(Place::keyHash, Buffer[]::new));
        tuple.addArrayOfString(ofRequest(PlaceOrder::customerId, String[]::new));
        tuple.addArrayOfString(ofRequest(request -> request.customer().email(), String[]::new));
        tuple.addArrayOfString(ofRequest(request -> request.customer().name(), String[]::new));
        tuple.addArrayOfString(of(place -> place.status().wire(), String[]::new));
        tuple.addArrayOfInteger(column(orders, order -> order.events().size(), Integer[]::new));
        tuple.addArrayOfString(ofPriced(order -> order.total().currency().getCurrencyCode(), String[]::new));
        tuple.addArrayOfLong(ofPriced(order -> order.total().minor(), Long[]::new));
        tuple.addArrayOfString(column(orders, NewOrder::items, String[]::new));
        tuple.addArrayOfString(ofRequest(request -> request.paymentMethod().wire(), String[]::new));
        tuple.addArrayOfString(ofRequest(PlaceOrder::shippingAddress, String[]::new));
        tuple.addArrayOfString(ofRequest(
                request -> request.channel() == null ? null : request.channel().wire(), String[]::new));
        tuple.addArrayOfString(column(orders, NewOrder::metadata, String[]::new));
        tuple.addArrayOfString(ofPriced(order -> order.decision().verdict().wire(), String[]::new));
        tuple.addArrayOfString(
                ofPriced(order -> String.join(",", order.decision().matchedRules()), String[]::new));
        tuple.addArrayOfString(ofPriced(order -> order.decision().rulesVersion(), String[]::new));
        tuple.addValue(ofPriced(PricedOrder::fxRate, BigDecimal[]::new));
        tuple.addArrayOfOffsetDateTime(of(place -> time(place.expiresAt()), OffsetDateTime[]::new));
        tuple.addArrayOfUUID(of(Place::paymentId, UUID[]::new));
        tuple.addArrayOfString(ofRequest(request -> request.paymentMethod().provider(), String[]::new));
        tuple.addArrayOfString(of(this::sealedToken, String[]::new));
        tuple.addArrayOfBoolean(of(Place::chargeable, Boolean[]::new));
        tuple.addArrayOfString(of(Place::traceparent, String[]::new));
    }

    private void addLines(Tuple tuple) {
        tuple.addArrayOfInteger(column(lines, Line::order, Integer[]::new));
        tuple.addArrayOfString(column(lines, line -> line.line().productId(), String[]::new));
        tuple.addArrayOfInteger(column(lines, line -> line.line().quantity(), Integer[]::new));
        tuple.addArrayOfInteger(column(lines, line -> line.line().productVersion(), Integer[]::new));
    }

    private void addEvents(Tuple tuple) {
        tuple.addArrayOfInteger(column(facts, Fact::order, Integer[]::new));
        tuple.addArrayOfInteger(column(facts, Fact::sequence, Integer[]::new));
        tuple.addArrayOfString(column(facts, fact -> fact.event().type().wire(), String[]::new));
        tuple.addArrayOfString(column(facts, fact -> fact.event().data(), String[]::new));
        tuple.addArrayOfString(column(facts, Fact::actor, String[]::new));
    }

    private String sealedToken(Place place) {
        return tokens.seal(place.order().request().paymentToken(), place.paymentId());
    }

    private <T> T[] of(Function<Place, T> value, IntFunction<T[]> array) {
        return column(orders, order -> value.apply(order.place()), array);
    }

    private <T> T[] furtherKey(Function<Place, T> value, IntFunction<T[]> array) {
        return of(place -> place.spendsTwoKeys() ? value.apply(place) : null, array);
    }

    private <T> T[] ofPriced(Function<PricedOrder, T> value, IntFunction<T[]> array) {
        return of(place -> value.apply(place.order()), array);
    }

    private <T> T[] ofRequest(Function<PlaceOrder, T> value, IntFunction<T[]> array) {
        return ofPriced(order -> value.apply(order.request()), array);
    }
}
