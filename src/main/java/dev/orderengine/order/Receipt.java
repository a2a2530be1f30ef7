package dev.orderengine.order;

import dev.orderengine.money.Money;
import dev.orderengine.rules.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** What a caller is told of an order that was placed: fixed at that moment, so that a replay says the same. */
public record Receipt(
        UUID orderId,
        OrderStatus status,
        Money total,
        int version,
        Instant createdAt,
        Verdict decision,
        List<String> matchedRules) {}
