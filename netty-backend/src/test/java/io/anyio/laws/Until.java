package io.anyio.laws;

import io.anyio.AnyIO;
import java.util.function.BooleanSupplier;

/** Lets the other tasks run until something has come about; whatever is cancelled. */
final class Until {
    private Until() {}

    static void holds(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            AnyIO.cancelShieldedCheckpoint();
        }
    }

    /** Lets everybody who is ready run for a good while. */
    static void settled() {
        for (int i = 0; i < 20; i++) {
            AnyIO.cancelShieldedCheckpoint();
        }
    }
}
