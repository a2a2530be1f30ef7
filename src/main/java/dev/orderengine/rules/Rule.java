package dev.orderengine.rules;

/** A rule of the file. */
record Rule(String id, String description, Condition when, Consequence then) {

    void applyTo(Ruling ruling) {
        if (ruling.holds(id, when)) {
            ruling.match(id);
            then.applyTo(id, ruling);
        }
    }
}
