package io.anyio.jdk;

import io.anyio.spi.Clock;
import io.anyio.spi.OperatorLog;
import io.anyio.spi.OwnThreads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event loop: a thread that in each turn runs the work that was queued before the turn, then the timers that are
 * due, and then handles the channels that are ready.
 */
final class SelectorLoop implements Executor {
    /*
     * Waking up. A thread that queues work adds it, then reads `asleep`; the loop sets `asleep`, then looks at the queue
     * once more before it waits: at least one of them sees the other. Clearing the flag by CAS lets one thread of
     * several make the system call.
     */

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.jdk");

    private static final VarHandle ASLEEP = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "asleep", VarHandle.class, SelectorLoop.class, boolean.class);

    /** Marks the end of the work of a turn in the queue. */
    private static final Runnable END_OF_TURN = SelectorLoop::noWork;

    /** The pause after a failure of the selector, so that a persistent failure does not occupy a processor. */
    private static final long REST_MILLIS = 100;

    /** A channel that was registered with a loop. */
    interface Registered {

        /** Called on the loop's thread when the channel is ready for something that its key is interested in. */
        void ready(SelectionKey key) throws IOException;

        /** Called on the loop's thread when {@link #ready} has failed. */
        void failed(Throwable cause);
    }

    private final Selector selector;
    private final Thread thread;
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>();
    private final LoopTimers timers = new LoopTimers();
    private final Runnable onEnd;
    private final Consumer<SelectionKey> ready = this::ready; // this and the next are created while there is memory
    private final Consumer<Runnable> guarded = this::runGuarded;
    private final Supplier<String> turnHasFailed = this::turnHasFailed;
    private final Supplier<String> workHasFailed = this::workHasFailed;
    private volatile boolean asleep; // set by the loop; cleared by any thread, through ASLEEP
    private @Nullable BooleanSupplier repeated; // loop only: work that has not succeeded yet
    private boolean marked; // loop only: END_OF_TURN is in the queue
    private boolean ending; // loop only: this turn is the last
    private volatile boolean ended; // set once by the loop

    /**
     * Creates a loop that is not started.
     *
     * @param onEnd runs on the loop's thread when the loop has ended
     * @throws IOException when there are no file descriptors left
     */
    SelectorLoop(String name, Runnable onEnd) throws IOException {
        this.onEnd = onEnd;
        this.thread = OwnThreads.unstarted(name, this::run);
        this.selector = Selector.open();
    }

    void start() throws IOException {
        try {
            thread.start();
        } catch (Throwable noThread) {
            ended = true;
            selector.close();
            throw noThread;
        }
    }

    // ---- any thread ----

    /** Returns whether {@code other} is the thread of this loop. */
    boolean isThread(Thread other) {
        return other == thread;
    }

    /** Returns whether the loop runs nothing any more. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    public void execute(Runnable work) {
        if (ended) {
            throw new RejectedExecutionException(this + " has ended");
        }
        queue.add(work);
        if (asleep && ASLEEP.compareAndSet(this, true, false)) {
            selector.wakeup();
        }
    }

    /**
     * Waits until the loop has ended, on another thread. An interrupt is deferred. Returns false after {@code limit}.
     */
    boolean join(Duration limit) {
        boolean interrupted = false;
        try {
            while (thread.isAlive()) {
                try {
                    return thread.join(limit);
                } catch (InterruptedException later) {
                    interrupted = true;
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    // ---- the loop's thread ----

    /** Registers a channel, at first with no interest. */
    SelectionKey register(SelectableChannel channel, Registered owner) throws IOException {
        return channel.register(selector, 0, owner);
    }

    /** Runs {@code action} after {@code nanos}, unless the timer is cancelled. */
    LoopTimers.Timer schedule(long nanos, Runnable action) {
        return timers.add(Clock.system().nanoTime() + nanos, action);
    }

    /** Runs {@code work} in this turn or the next, and again in each turn until it returns true. */
    void repeat(BooleanSupplier work) {
        repeated = work;
    }

    /** Ends the loop after this turn. */
    void end() {
        ending = true;
    }

    private void run() {
        while (!ending) {
            turn();
        }
        try (selector) {
            selector.selectNow(); // releases the sockets that were closed in the last turn
        } catch (Throwable failure) {
            report(turnHasFailed, failure);
        }
        ended = true;
        onEnd.run();
    }

    /** Must not throw: the loop would end, and its tasks would wait forever. */
    private void turn() {
        try {
            runQueued();
            timers.runDue(Clock.system().nanoTime(), guarded);
            BooleanSupplier work = repeated;
            if (work != null && work.getAsBoolean() && repeated == work) {
                repeated = null;
            }
            select();
        } catch (Throwable failure) { // the selector, or no memory
            report(turnHasFailed, failure);
            rest();
        }
    }

    private void runQueued() {
        if (queue.isEmpty()) {
            return;
        }
        if (!marked) {
            queue.add(END_OF_TURN);
            marked = true;
        }
        for (Runnable work = queue.poll(); work != null && work != END_OF_TURN; work = queue.poll()) {
            runGuarded(work);
        }
        marked = false;
    }

    private static void noWork() {}

    private void runGuarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable failure) { // must not keep the other work from running
            report(workHasFailed, failure);
        }
    }

    private String turnHasFailed() {
        return this + " has failed in one turn; it continues";
    }

    private String workHasFailed() {
        return "Work on " + this + " has failed";
    }

    private static void report(Supplier<String> what, Throwable failure) {
        try {
            LOG.log(Level.ERROR, what, failure);
        } catch (Throwable noMemory) {
            // nothing can be logged; the loop must continue
        }
    }

    private void select() throws IOException {
        if (ending) {
            return;
        }
        boolean _ = Thread.interrupted(); // otherwise no select would wait
        if (!queue.isEmpty() || timers.isDue(Clock.system().nanoTime())) {
            selector.selectNow(ready);
            return;
        }
        asleep = true;
        try {
            if (queue.isEmpty()) {
                selector.select(ready, timers.millis(Clock.system().nanoTime()));
            } else {
                selector.selectNow(ready);
            }
        } finally {
            asleep = false;
        }
    }

    private void ready(SelectionKey key) {
        if (asleep) {
            asleep = false; // otherwise the tasks that are woken now would wake the loop
        }
        var owner = (Registered) key.attachment();
        try {
            owner.ready(key);
        } catch (CancelledKeyException closed) {
            // a timer or an action of this turn has closed the channel
        } catch (Throwable failure) {
            owner.failed(failure);
        }
    }

    private static void rest() {
        try {
            Thread.sleep(REST_MILLIS);
        } catch (InterruptedException early) {
            // then the rest is shorter
        }
    }

    @Override
    public String toString() {
        return thread.getName();
    }
}
