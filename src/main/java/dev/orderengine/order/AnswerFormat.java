package dev.orderengine.order;

/** How the answer to a command is written; it is kept with the command's key. */
@FunctionalInterface
public interface AnswerFormat {

    /**
     * The body of the answer.
     *
     * @param order as the command left it
     * @param created what the command made; null if nothing
     */
    String body(Order order, Ruling.Created created);
}
