package io.anyio.explorer.interleave;

import io.anyio.loom.VirtualThreads;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A controlled virtual thread, which is its own scheduler. All of them run on the one thread that drives the
 * exploration, so that a switch costs no more than a yield.
 */
final class VirtualControlledThread extends ControlledThread implements Executor {
    private final Thread thread;
    private @Nullable Runnable continuation; // set when the thread is started

    VirtualControlledThread(Interleaving in, String name, int index, Runnable code) {
        super(in, name, index);
        this.thread = VirtualThreads.newThread(this, name, () -> run(code));
    }

    @Override
    Thread javaThread() {
        return thread;
    }

    @Override
    public void execute(Runnable command) {
        if (continuation == null) {
            continuation = command;
        } else if (continuation != command) {
            throw new IllegalStateException("A program must not start threads that the explorer does not know");
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler it hints to is ours
    void giveWay(ControlledThread next) {
        Thread.yield(); // back to the driver, which goes on with the one that is current by now
    }

    @Override
    void go() {
        Runnable mine = continuation;
        if (mine == null) {
            throw new IllegalStateException(this + " was not started");
        }
        mine.run();
    }
}
