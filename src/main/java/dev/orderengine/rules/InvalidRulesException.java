package dev.orderengine.rules;

/** A rules' file with a fault. The message names the file, the line, the rule and the reason. */
public final class InvalidRulesException extends IllegalArgumentException {
    InvalidRulesException(String file, int line, String place, String reason) {
        super(file + ": line " + line + ": " + place + ": " + reason);
    }
}
