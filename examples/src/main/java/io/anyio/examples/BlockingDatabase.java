package io.anyio.examples;

import java.util.concurrent.locks.LockSupport;

/**
 * Stands for a database driver with blocking calls that respond to no interrupt, as many do. A query takes as many
 * milliseconds as its number.
 */
final class BlockingDatabase {

    /** Returns the row with this number. Blocks the calling thread. */
    String row(int number) {
        long end = System.nanoTime() + number * 1_000_000L;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
            boolean _ = Thread.interrupted();
        }
        return "row " + number;
    }
}
