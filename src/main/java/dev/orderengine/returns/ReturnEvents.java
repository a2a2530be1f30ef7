package dev.orderengine.returns;

import dev.orderengine.order.GoodsReturn;
import java.util.LinkedHashMap;
import java.util.Map;

/** What events say of a return: not the customer's words. */
final class ReturnEvents {

    private ReturnEvents() {}

    static Map<String, Object> about(GoodsReturn goods) {
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("return_id", goods.id().toString());
        data.put(
                "items",
                goods.units().stream()
                        .map(units -> Map.of(
                                "product_id", units.productId(),
                                "location_id", units.locationId(),
                                "quantity", units.quantity()))
                        .toList());
        return data;
    }
}
