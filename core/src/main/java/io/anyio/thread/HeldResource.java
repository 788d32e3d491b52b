package io.anyio.thread;

import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A value that a task holds for a thread outside of its run, opened by {@link BlockingPortal#open}. AnyIO: the context
 * manager that {@code wrap_async_context_manager} returns.
 *
 * @param <T> the type of the value
 */
public final class HeldResource<T extends @Nullable Object> implements AutoCloseable {
    private final BlockingPortal portal;
    private final Side<T> side;
    private final CompletableFuture<@Nullable Void> block;
    private final T value;
    private final AtomicBoolean closed = new AtomicBoolean(); // any thread

    private HeldResource(BlockingPortal portal, Side<T> side, CompletableFuture<@Nullable Void> block, T value) {
        this.portal = portal;
        this.side = side;
        this.block = block;
        this.value = value;
    }

    /** What the block and the other thread share. */
    private static final class Side<T extends @Nullable Object> implements HeldBlock.Holder<T> {
        private final CompletableFuture<T> held = new CompletableFuture<>();
        private final Event released = Event.create();
        private volatile @Nullable Throwable failure; // of the other thread; set before released
        private volatile boolean passedOn; // whether the block has thrown that failure; set before its end

        @Override
        public void hold(T value) {
            if (!held.complete(value) && !held.isCompletedExceptionally()) {
                throw new IllegalStateException("hold() was called twice; a block holds one value");
            }
            released.await(); // not long if the other thread has given up
            Throwable thrown = failure;
            if (thrown != null) {
                throw Rethrow.unchanged(thrown);
            }
        }

        /** Runs the block. The failure of the other thread, if the block does not catch it, is none of the task. */
        void run(HeldBlock<T> code) throws Exception {
            try {
                code.run(this);
            } catch (Throwable t) { // rethrown unless it is the one of the other thread
                if (t != failure) {
                    throw t;
                }
                passedOn = true;
            }
        }
    }

    static <T extends @Nullable Object> HeldResource<T> open(BlockingPortal portal, HeldBlock<T> code) {
        var side = new Side<T>();
        CompletableFuture<@Nullable Void> block =
                portal.startSoon(TaskOptions.DEFAULTS.withNameOf(code), () -> side.run(code));
        boolean opened = false;
        try {
            var resource = new HeldResource<>(portal, side, block, Readiness.await(block, side.held, "hold()"));
            opened = true;
            return resource;
        } finally {
            if (!opened) {
                side.released.set(); // otherwise a block that is shielded would wait forever
            }
        }
    }

    /** Returns the value. May be called from any thread. */
    public T value() {
        return value;
    }

    /**
     * Lets the block continue, and waits until it has ended. A failure of the block is thrown unchanged, whatever its
     * type. Idempotent.
     *
     * @throws CancellationException when the task of the block was cancelled
     * @throws IllegalStateException when called by a task or an event loop of the portal's run
     */
    @Override
    public void close() {
        end(null);
    }

    /**
     * Like {@link #close()}, for code that has failed with {@code failure}, which {@code hold} then throws in the
     * block. Returns true when the block has caught it and has ended normally, and false when this was closed before.
     * If the block does not catch it, it is thrown by this method.
     */
    public boolean close(Throwable failure) {
        return end(Objects.requireNonNull(failure, "failure"));
    }

    private boolean end(@Nullable Throwable failure) {
        portal.requireOutside();
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        side.failure = failure;
        side.released.set();
        Outcome.ofUninterruptibly(block).get(); // the clean-up of the block must complete
        if (failure != null && side.passedOn) {
            throw Rethrow.unchanged(failure);
        }
        return true;
    }
}
