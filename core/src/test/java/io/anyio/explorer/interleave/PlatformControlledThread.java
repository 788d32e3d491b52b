package io.anyio.explorer.interleave;

/**
 * A controlled platform thread, for the loop carrier: a virtual thread cannot carry others.
 *
 * <p>A task that is mounted on it waits for its turn together with it, pinned; the monitor blocks both. Neither the
 * task's permit nor that of the thread is touched: those are the engine's.
 */
final class PlatformControlledThread extends ControlledThread {
    private final Thread thread;
    private final Object monitor = new Object();
    private boolean turn; // guarded by the monitor

    PlatformControlledThread(Interleaving in, String name, int index, Runnable code) {
        super(in, name, index);
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(() -> {
            awaitTurn();
            run(code);
        });
    }

    @Override
    Thread javaThread() {
        return thread;
    }

    @Override
    void giveWay(ControlledThread next) {
        boolean pins = Thread.currentThread().isVirtual();
        if (pins) {
            Pinning.pin();
        }
        try {
            next.go();
            awaitTurn();
        } finally {
            if (pins) {
                Pinning.unpin();
            }
        }
    }

    @Override
    void go() {
        synchronized (monitor) {
            turn = true;
            monitor.notifyAll();
        }
    }

    private void awaitTurn() {
        boolean interrupted = false; // meant for the engine, which is to find it when its turn has come
        synchronized (monitor) {
            while (!turn) {
                try {
                    monitor.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            turn = false;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
