package dev.orderengine.order;

import dev.orderengine.money.Money;
import dev.orderengine.rules.Decision;
import java.math.BigDecimal;
import java.util.List;

/**
 * An order with the catalogue's prices and the rules' decision, ready to be placed.
 *
 * @param fxRate US dollars for one unit of the order's currency, as the rules used it
 */
public record PricedOrder(
        PlaceOrder request, List<PricedLine> lines, Money total, BigDecimal fxRate, Decision decision) {

    /**
     * One line.
     *
     * @param productVersion of the product whose price was taken
     */
    public record PricedLine(String productId, int quantity, Money unitPrice, int productVersion) {}
}
