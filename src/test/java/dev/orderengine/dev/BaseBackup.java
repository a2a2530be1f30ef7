package dev.orderengine.dev;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.Set;

/**
 * The data of a running server, copied so that a replica can begin with it. {@code pg_basebackup} would do it, but is not among the
 * embedded binaries; this is what the manual calls a low-level base backup.
 */
final class BaseBackup extends SimpleFileVisitor<Path> {

    /** Of the running server, and of no use to another. */
    private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts", "epg-lock");
    /** Folders that must be there, empty. */
    private static final Set<String> EMPTIED = Set.of(
            "pg_wal",
            "pg_replslot",
            "pg_dynshmem",
            "pg_notify",
            "pg_serial",
            "pg_snapshots",
            "pg_stat_tmp",
            "pg_subtrans");

    private final Path from;
    private final Path to;

    private BaseBackup(Path from, Path to) {
        this.from = from;
        this.to = to;
    }

    /** Copies the data, and says in the copy that it follows that server. */
    static void of(PostgresServer server, Path from, Path to) {
        var primary = server.endpoint();
        try (var connection = primary.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('replica', true)");
            Files.walkFileTree(from, new BaseBackup(from, to));
            try (var label = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                label.next();
                Files.writeString(to.resolve("backup_label"), label.getString(1));
            }
            Files.createFile(to.resolve("standby.signal"));
            Files.writeString(
                    to.resolve("postgresql.auto.conf"),
                    "primary_conninfo = 'host=%s port=%d user=%s password=%s'%n"
                            .formatted(primary.host(), primary.port(), primary.user(), primary.password()),
                    StandardOpenOption.APPEND);
        } catch (SQLException e) {
            throw new IllegalStateException("The data of " + primary + " cannot be copied", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
        Files.copy(folder, target(folder), StandardCopyOption.COPY_ATTRIBUTES);
        return EMPTIED.contains(folder.getFileName().toString())
                        && folder.getParent().equals(from)
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        try {
            if (!LEFT_OUT.contains(file.getFileName().toString())) {
                Files.copy(file, target(file), StandardCopyOption.COPY_ATTRIBUTES);
            }
        } catch (NoSuchFileException deletedMeanwhile) {
            // The write-ahead log from the start of the backup on tells of it.
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }

    private Path target(Path file) {
        return to.resolve(from.relativize(file));
    }
}
