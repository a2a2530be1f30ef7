package dev.orderengine.verification;

import io.vertx.core.Future;
import java.util.UUID;

/** Somebody who brings codes to customers. */
@FunctionalInterface
public interface CodeSender {

    /** Completes when somebody has taken the code over for delivery; fails when nobody did, as far as is known. */
    Future<Void> send(String address, UUID orderId, String code);
}
