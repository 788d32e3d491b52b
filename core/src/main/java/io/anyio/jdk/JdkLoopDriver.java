package io.anyio.jdk;

import io.anyio.spi.BytesToSend;
import io.anyio.spi.LoopActionQueue;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.SendBufferPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A {@link SelectorLoop} from the engine's point of view, with what its connections share. */
final class JdkLoopDriver implements LoopDriver {
    private static final int CLOSE_TRIES = 500;
    private static final long CLOSE_PAUSE_NANOS = 10_000_000;

    private final int index;
    private final SelectorLoop loop;
    private final Predicate<Thread> loopThread;
    private final LoopActionQueue actions;
    private final SendBufferPool<ByteBuffer> buffers = SendBufferPool.create(ByteBuffer::duplicate);
    private final OpenSockets open;
    private final BytesToSend senders = BytesToSend.create();
    private final Queue<Runnable> onEnd = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Drain drain; // the engine's only drain, wrapped; written by any thread
    private LoopTimers.@Nullable Timer armed; // loop only

    /** The engine's drain, followed by the actions of the loop. */
    private final class Drain implements Runnable {
        private final Runnable engine;

        Drain(Runnable engine) {
            this.engine = engine;
        }

        @Override
        public void run() {
            actions.runThenPerform(engine);
        }
    }

    JdkLoopDriver(int index) throws IOException {
        this.index = index;
        this.loop = new SelectorLoop("anyio-jdk-" + index, this::ended);
        this.loopThread = loop::isThread;
        this.actions = LoopActionQueue.create(loop, loop::hasEnded);
        this.open = new OpenSockets(loop);
    }

    int index() {
        return index;
    }

    SelectorLoop loop() {
        return loop;
    }

    /** Returns a predicate for the thread that does all I/O of this loop. */
    Predicate<Thread> loopThread() {
        return loopThread;
    }

    LoopActionQueue actions() {
        return actions;
    }

    /** Returns the memory for bytes on their way between the system and the tasks of this loop. */
    SendBufferPool<ByteBuffer> buffers() {
        return buffers;
    }

    /** Returns the sockets that were opened on this loop. */
    OpenSockets open() {
        return open;
    }

    /** Returns the connections of this loop that may have bytes to send. */
    BytesToSend senders() {
        return senders;
    }

    @Override
    public long bytesToSend() {
        return senders.sum();
    }

    @Override
    public void execute(Runnable engine) {
        Drain known = drain;
        if (known == null || known.engine != engine) {
            known = new Drain(engine);
            drain = known;
        }
        loop.execute(known);
    }

    /** What is queued in a turn runs in the next one, after I/O. */
    @Override
    public void executeAfterIo(Runnable engine) {
        execute(engine);
    }

    @Override
    public boolean isAwaited() {
        return actions.hasPending();
    }

    @Override
    public boolean runsOn(Thread thread) {
        return loop.isThread(thread);
    }

    @Override
    public void arm(long delayNanos, Runnable onTime) {
        LoopTimers.Timer before = armed;
        if (before != null) {
            before.cancel();
        }
        armed = loop.schedule(delayNanos, onTime);
    }

    @Override
    public void onTermination(Runnable action) {
        onEnd.add(action);
        if (loop.hasEnded() && onEnd.remove(action)) {
            action.run();
        }
    }

    private void ended() {
        try {
            for (Runnable action = onEnd.poll(); action != null; action = onEnd.poll()) {
                action.run();
            }
        } finally {
            try {
                actions.loopEnded();
            } finally {
                open.loopEnded();
            }
        }
    }

    /** Begins to end the loop, which closes its sockets first. Does not wait, unless there is no memory. */
    void close() {
        boolean interrupted = false;
        try {
            for (int tries = 1; ; tries++) {
                try {
                    open.closeAll();
                    return;
                } catch (OutOfMemoryError full) { // no loop must be left running
                    if (tries == CLOSE_TRIES) {
                        throw full;
                    }
                    interrupted |= Thread.interrupted(); // otherwise the pause would be none
                    LockSupport.parkNanos(CLOSE_PAUSE_NANOS);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public String toString() {
        return "JdkLoopDriver[" + loop + "]";
    }
}
