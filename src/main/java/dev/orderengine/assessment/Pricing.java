package dev.orderengine.assessment;

import dev.orderengine.catalog.Product;
import dev.orderengine.money.InvalidAmountException;
import dev.orderengine.money.Money;
import dev.orderengine.order.Fault;
import dev.orderengine.order.OrderLine;
import dev.orderengine.order.PlaceOrder;
import dev.orderengine.order.PricedOrder.PricedLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prices an order by the catalogue, and names every difference to what the customer saw (specification, section 4). Pure. */
final class Pricing {

    private Pricing() {}

    /** The prices, or what is wrong: exactly one of faults and lines is used. */
    record Priced(List<PricedLine> lines, Money total, List<Fault> faults) {}

    static Priced price(PlaceOrder order, Map<String, Product> products) {
        List<Fault> faults = new ArrayList<>();
        List<PricedLine> lines = new ArrayList<>(order.items().size());
        for (int i = 0; i < order.items().size(); i++) {
            OrderLine line = order.items().get(i);
            price(order, line, "/items/" + i, products.get(line.productId()), faults)
                    .ifPresent(lines::add);
        }
        if (!faults.isEmpty()) {
            return new Priced(List.of(), Money.zero(order.currency()), faults);
        }
        Money total = total(order, lines, faults);
        if (order.expectedTotal() != null
                && faults.isEmpty()
                && !order.expectedTotal().equals(total)) {
            faults.add(new Fault("/expected_total", "total_changed", "the total is " + total.toDecimal() + " now"));
        }
        return new Priced(lines, total, faults);
    }

    private static Optional<PricedLine> price(
            PlaceOrder order, OrderLine line, String pointer, Product product, List<Fault> faults) {
        if (product == null || !product.active()) {
            faults.add(new Fault(
                    pointer + "/product_id", "unknown_product", "product " + line.productId() + " cannot be ordered"));
            return Optional.empty();
        }
        Optional<Money> price = product.price(order.currency());
        if (price.isEmpty()) {
            faults.add(new Fault(
                    pointer + "/product_id",
                    "currency_not_available",
                    "product " + line.productId() + " has no price in " + order.currency()));
            return Optional.empty();
        }
        if (line.unitPrice() != null && !line.unitPrice().equals(price.get())) {
            faults.add(new Fault(
                    pointer + "/unit_price",
                    "price_mismatch",
                    "the price of " + line.productId() + " is " + price.get().toDecimal() + " " + order.currency()
                            + " now"));
            return Optional.empty();
        }
        return Optional.of(new PricedLine(line.productId(), line.quantity(), price.get(), product.version()));
    }

    private static Money total(PlaceOrder order, List<PricedLine> lines, List<Fault> faults) {
        Money total = Money.zero(order.currency());
        try {
            for (PricedLine line : lines) {
                total = total.plus(line.unitPrice().times(line.quantity()));
            }
        } catch (InvalidAmountException tooLarge) {
            faults.add(new Fault("/items", "total_too_large", "the total is larger than the engine can count"));
        }
        return total;
    }
}
