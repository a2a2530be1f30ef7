package dev.orderengine.support;

import dev.orderengine.seal.TokenSeal;
import dev.orderengine.seal.UnreadableTokenException;
import java.lang.management.ManagementFactory;
import java.util.UUID;

/**
 * Measures how much CPU it takes to seal and to open a payment token, and prints it.
 * {@code mvn -q test-compile exec:java -Dexec.mainClass=dev.orderengine.support.TokenSealCost -Dexec.classpathScope=test}
 */
public final class TokenSealCost {

    private static final int ROUNDS = 5;
    private static final int TOKENS = 200_000;

    private TokenSealCost() {}

    /** The last rounds are warm. */
    public static void main(String[] arguments) throws UnreadableTokenException {
        TokenSeal seal = TestSeal.create();
        UUID payment = UUID.randomUUID();
        String sealed = "";
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpu();
            for (int i = 0; i < TOKENS; i++) {
                sealed = seal.seal("pm_1N4K2eLkdIwHu7ixS9HvPm2a", payment);
            }
            long between = cpu();
            for (int i = 0; i < TOKENS; i++) {
                seal.open(sealed, payment);
            }
            System.out.printf(
                    "seal %.2f µs, open %.2f µs%n", (between - start) / 1e3 / TOKENS, (cpu() - between) / 1e3 / TOKENS);
        }
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
