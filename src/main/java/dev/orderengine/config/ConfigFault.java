package dev.orderengine.config;

/**
 * One thing that is wrong with the configuration.
 *
 * @param where file and line, variable, or "default"
 * @param key path of the setting, such as {@code database.host}
 * @param found what is there, secrets masked
 * @param allowed what may be there, and what to do
 */
public record ConfigFault(String where, String key, String found, String allowed) {

    @Override
    public String toString() {
        return where + ": " + key + ": found " + found + "; allowed: " + allowed;
    }
}
