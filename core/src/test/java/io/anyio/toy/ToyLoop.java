package io.anyio.toy;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import io.anyio.spi.Clock;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.OwnThreads;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** An event loop: a thread, a queue of what it has to run, one timer, and a selector for its sockets. */
final class ToyLoop implements LoopDriver {
    final Thread thread = OwnThreads.unstarted("toy", this::run);
    final Selector selector = Selector.open();
    private final Queue<Runnable> queue = new ConcurrentLinkedQueue<>(); // has no lock: execute must not block
    private final AtomicBoolean woken = new AtomicBoolean(); // set by any thread, cleared by the loop
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private boolean ending; // loop only
    private Runnable onTime = () -> {}; // loop only: what the timer runs
    private long time = Clock.system().nanoTime(); // loop only: when the timer runs it

    ToyLoop() throws IOException {}

    // ---- any thread ----

    @Override
    public void execute(Runnable work) {
        if (ended.isDone()) {
            throw new RejectedExecutionException("The loop has ended");
        }
        queue.add(work);
        if (!woken.getAndSet(true)) {
            selector.wakeup();
        }
    }

    @Override
    public void onTermination(Runnable action) {
        var _ = ended.thenRun(action);
    }

    /** Ends the loop after what was posted before. Waits for that, also if the thread is interrupted. */
    void end() {
        execute(() -> ending = true);
        ended.join();
    }

    // ---- the loop ----

    /** What is queued in a turn runs in the next one, after I/O. */
    @Override
    public void executeAfterIo(Runnable drain) {
        execute(drain);
    }

    @Override
    public void arm(long delayNanos, Runnable action) {
        time = Clock.system().nanoTime() + delayNanos;
        onTime = action;
    }

    private void run() {
        while (!ending) {
            try {
                turn();
            } catch (Throwable failure) { // must not end the loop
                System.getLogger("io.anyio.toy").log(Level.ERROR, "The loop has failed in a turn", failure);
            }
        }
        List.copyOf(selector.keys()).forEach(key -> ((ToySocket) key.attachment()).closeNow());
        ToySocket.closeQuietly(selector);
        ended.complete(null);
    }

    private void turn() throws IOException {
        boolean _ = Thread.interrupted(); // otherwise no select would wait
        long nanos = time - Clock.system().nanoTime();
        selector.select(ToyLoop::ready, Math.max(1, NANOSECONDS.toMillis(nanos) + 1));
        woken.set(false); // before the queue is read: what is added later ends the next select
        for (int count = queue.size(); count > 0; count--) { // what is added later runs after I/O and the timer
            queue.remove().run();
        }
        if (time - Clock.system().nanoTime() <= 0) {
            time += Long.MAX_VALUE / 2; // disarmed, unless it arms the timer again
            onTime.run();
        }
    }

    private static void ready(SelectionKey key) {
        key.interestOpsAnd(~key.readyOps()); // before the wake-up: a task that waits afterwards sets it again
        ((ToySocket) key.attachment()).wake();
    }
}
