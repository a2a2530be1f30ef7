package dev.orderengine.cart;

import dev.orderengine.catalog.Product;
import dev.orderengine.money.InvalidAmountException;
import dev.orderengine.money.Money;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A cart with the catalogue's prices of now.
 *
 * @param total of the lines that have a price
 * @param asWritten whether no product changed since its line was written, so that the cart's version stands for the prices too
 */
public record PricedCart(Cart cart, List<Line> lines, Money total, boolean asWritten) {

    /** Why a line cannot be ordered. */
    public enum Obstacle {
        UNKNOWN_PRODUCT,
        INACTIVE_PRODUCT,
        CURRENCY_NOT_AVAILABLE,
        AMOUNT_TOO_LARGE
    }

    /**
     * One line.
     *
     * @param product null if there is none
     * @param unitPrice null if there is an obstacle
     * @param total null if there is an obstacle
     * @param obstacle null if it can be ordered
     */
    public record Line(
            String productId, int quantity, Product product, Money unitPrice, Money total, Obstacle obstacle) {}

    /** The cart, priced by the products of its lines; those that are missing are unknown. Pure. */
    public static PricedCart of(Cart cart, Map<String, Product> products) {
        Money total = Money.zero(cart.currency());
        boolean asWritten = true;
        List<Line> lines = new ArrayList<>(cart.items().size());
        for (CartLine item : cart.items()) {
            Product product = products.get(item.productId());
            Line line = line(item, product, cart.currency(), total);
            lines.add(line);
            total = line.total() == null ? total : total.plus(line.total());
            asWritten &= item.productVersion() == version(product);
        }
        return new PricedCart(cart, List.copyOf(lines), total, asWritten);
    }

    /** The version that a line is written with; 0 when there is no such product. */
    public static int version(Product product) {
        return product == null ? 0 : product.version();
    }

    /** Whether there is something in it, and all of it has a price. */
    public boolean orderable() {
        return !lines.isEmpty() && lines.stream().allMatch(line -> line.obstacle() == null);
    }

    private static Line line(CartLine item, Product product, Currency currency, Money before) {
        if (product == null) {
            return refused(item, null, Obstacle.UNKNOWN_PRODUCT);
        }
        if (!product.active()) {
            return refused(item, product, Obstacle.INACTIVE_PRODUCT);
        }
        Optional<Money> price = product.price(currency);
        if (price.isEmpty()) {
            return refused(item, product, Obstacle.CURRENCY_NOT_AVAILABLE);
        }
        try {
            Money total = price.get().times(item.quantity());
            before.plus(total);
            return new Line(item.productId(), item.quantity(), product, price.get(), total, null);
        } catch (InvalidAmountException tooLarge) {
            return refused(item, product, Obstacle.AMOUNT_TOO_LARGE);
        }
    }

    private static Line refused(CartLine item, Product product, Obstacle obstacle) {
        return new Line(item.productId(), item.quantity(), product, null, null, obstacle);
    }
}
