package dev.orderengine.order;

import io.vertx.core.Future;
import java.util.List;

/** Where commands are carried out. */
public interface CommandStore {

    /**
     * Carries the commands out in one transaction; one command's refusal harms no other. When the future fails nothing was done,
     * or, if the connection was lost, it is not known whether all or nothing was.
     *
     * @param commands at most one an order
     * @return one outcome for each command, in order
     */
    Future<List<Execution>> execute(List<Execute> commands);
}
