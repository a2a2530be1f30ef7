package dev.orderengine.dev;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Optional;

/** A PostgreSQL 15 server with durable commits. Data outlives {@link #stop()} and {@link #start()}. */
public interface PostgresServer extends Pausable {

    /** Where the server listens and whom it lets in. */
    Endpoint endpoint();

    /**
     * Makes an empty database, in place of an earlier one of that name (whose sessions are ended).
     *
     * @param name any text, a test class's name for instance; what Postgres does not take unquoted is replaced by "_"
     * @return the database's name
     */
    default String createDatabase(String name) {
        return copyDatabase("template1", name);
    }

    /**
     * Makes a database that begins as a copy of another, to which nobody may be connected.
     *
     * @param template the other one
     * @param name as of {@link #createDatabase}
     * @return the database's name
     */
    default String copyDatabase(String template, String name) {
        var database = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]", "_");
        try (var connection = endpoint().connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + database + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + database + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot create database " + database, e);
        }
        return database;
    }

    /**
     * Starts a streaming replica with what is here now; empty if this kind of server cannot. Whoever starts one stops it, before
     * this server.
     */
    default Optional<PostgresServer> startReplica() {
        return Optional.empty();
    }

    /**
     * An address with credentials.
     *
     * @param host host
     * @param port TCP port
     * @param user a superuser
     * @param password that user's password
     */
    record Endpoint(String host, int port, String user, String password) {

        /** The JDBC address of a database. */
        public String jdbcUrl(String database) {
            return "jdbc:postgresql://" + host + ":" + port + "/" + database;
        }

        /** Opens a plain JDBC connection. */
        public Connection connect(String database) throws SQLException {
            return DriverManager.getConnection(jdbcUrl(database), user, password);
        }
    }
}
