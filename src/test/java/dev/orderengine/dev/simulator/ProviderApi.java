package dev.orderengine.dev.simulator;

import io.vertx.core.Future;

/** One provider's part of the simulator. Called on the simulator's event loop only. */
public interface ProviderApi {

    /** The name under which faults are set. */
    String name();

    /** Whether a request path belongs to this provider. */
    boolean serves(String path);

    /** Carries out a call. A future that never completes is an answer that never comes. */
    Future<Reply> handle(Call call);

    /** What the provider answers when it fails with this HTTP status without having done anything. */
    Reply failure(int status);
}
