package dev.orderengine.dev;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Postgres refuses to run as root. Root can run it in a user namespace of its own, where the machine allows that. */
final class RootAccess {

    static final String ADVICE = """
            Embedded Postgres cannot run as root here: "unshare -U" is refused, so it cannot get a user of its own.
            Do one of these:
              - run as another user than root (su, docker run --user),
              - allow user namespaces (sysctl kernel.unprivileged_userns_clone=1; docker run --security-opt seccomp=unconfined),
              - run the tests on containers: mvn verify -Dservices=containers""";

    private final boolean root;
    private final List<String> probe;

    /**
     * @param root whether this process runs as root
     * @param probe a command that succeeds where user namespaces are allowed
     */
    RootAccess(boolean root, List<String> probe) {
        this.root = root;
        this.probe = probe;
    }

    static RootAccess ofThisMachine() {
        return new RootAccess("root".equals(System.getProperty("user.name")), List.of("unshare", "-U", "true"));
    }

    /** @throws IllegalStateException with advice, where Postgres would refuse to run */
    void check() {
        if (root && !probeSucceeds()) {
            throw new IllegalStateException(ADVICE);
        }
    }

    private boolean probeSucceeds() {
        try {
            var process = new ProcessBuilder(probe)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException noSuchCommand) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
