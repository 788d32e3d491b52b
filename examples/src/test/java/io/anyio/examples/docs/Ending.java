package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.RunInterruptedException;
import java.time.Duration;

/** A program that ends in good order on SIGINT and SIGTERM; see docs/basics.md. */
public final class Ending {
    private Ending() {}

    /** Waits for a signal. */
    public static void main(String[] args) {
        // begin ending
        Thread main = Thread.currentThread();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            main.interrupt(); // cancels the first task, and with it all others
            try {
                main.join(Duration.ofSeconds(10)); // for their finally blocks; the JVM waits for this hook
            } catch (InterruptedException ignored) {
                Thread.currentThread().interrupt();
            }
        }));
        try {
            AnyIO.run(() -> serve());
        } catch (RunInterruptedException signalled) {
            System.out.println("stopped");
        }
        // end ending
    }

    private static void serve() {
        System.out.println("ready");
        try {
            AnyIO.sleepForever();
        } finally {
            CancelScope.shielded(() -> AnyIO.sleep(Duration.ofMillis(100)));
            System.out.println("said goodbye");
        }
    }
}
