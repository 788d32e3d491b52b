package io.anyio.testsuite.laws;

import io.anyio.AnyIO;
import java.util.function.BooleanSupplier;

/** Lets the other tasks run until a condition is true, regardless of cancellation. */
final class Await {
    private Await() {}

    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            AnyIO.cancelShieldedCheckpoint();
        }
    }

    /** Lets all ready tasks run for some time. */
    static void settled() {
        for (int i = 0; i < 20; i++) {
            AnyIO.cancelShieldedCheckpoint();
        }
    }
}
