package io.anyio.testsuite;

import io.anyio.Block;

/** Event loops that belong to other code, and that end when they are closed. */
public interface ForeignLoops extends AutoCloseable {

    /** Attaches a run to the loops. */
    Attached attach();

    @Override
    void close();

    /** A run that is attached to the loops, until it is closed. */
    interface Attached extends AutoCloseable {

        /** Starts a task. May be called from any thread. */
        void start(Block<?> body);

        @Override
        void close();
    }
}
