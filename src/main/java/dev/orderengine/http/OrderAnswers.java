package dev.orderengine.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orderengine.order.AnswerFormat;
import dev.orderengine.order.Order;
import dev.orderengine.order.Ruling;
import java.nio.charset.StandardCharsets;

/** The answer to a command: the order, whole, and before it the id of what the command made. */
public final class OrderAnswers implements AnswerFormat {

    private final JsonOut json;

    public OrderAnswers(ObjectMapper json) {
        this.json = new JsonOut(json);
    }

    @Override
    public String body(Order order, Ruling.Created created) {
        return json.object(out -> {
                    if (created != null) {
                        out.writeStringField(created.name(), created.id().toString());
                    }
                    OrderJson.order(order, out);
                })
                .toString(StandardCharsets.UTF_8);
    }
}
