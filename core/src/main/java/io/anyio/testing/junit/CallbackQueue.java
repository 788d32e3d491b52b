package io.anyio.testing.junit;

import io.anyio.stream.MemoryObjectStream;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The callbacks that JUnit's threads have submitted to one task. Each is completed or failed once. */
final class CallbackQueue {
    private final TestRun run;
    private final MemoryObjectStream<Callback<?>> stream = MemoryObjectStream.unlimited();
    private final Set<Callback<?>> unfinished = ConcurrentHashMap.newKeySet();

    CallbackQueue(TestRun run) {
        this.run = run;
    }

    // ---- any thread ----

    void add(Callback<?> callback) {
        run.submit(() -> {
            unfinished.add(callback);
            stream.sender().sendNow(callback);
        });
    }

    /** Ends {@link #serve} after the callbacks that were added. */
    void close() {
        stream.sender().close();
    }

    /** Fails a callback that is not finished. Returns false if it is. */
    boolean fail(Callback<?> callback, Throwable cause) {
        return finish(callback, () -> callback.fail(cause));
    }

    /** Skips a callback that is not finished. */
    void skip(Callback<?> callback) {
        var _ = finish(callback, callback::skip);
    }

    private boolean finish(Callback<?> callback, Runnable tell) {
        if (!unfinished.remove(callback)) {
            return false;
        }
        run.done(); // before the thread learns of it: a simulation must not go on meanwhile
        tell.run();
        return true;
    }

    /** Fails the callbacks that are not finished and match. Returns false if there are none. */
    boolean failAll(Throwable cause, Predicate<Callback<?>> which) {
        boolean some = false;
        for (Callback<?> callback : List.copyOf(unfinished)) {
            some |= which.test(callback) && fail(callback, cause);
        }
        return some;
    }

    /** Skips the callbacks that clean up and were not begun. */
    void skipCleanUps() {
        for (Callback<?> callback : List.copyOf(unfinished)) {
            if (callback.isCleanUp() && !callback.hasBegun()) {
                skip(callback);
            }
        }
    }

    // ---- the task ----

    /** Passes each unfinished callback to {@code executor}, as it is added, until {@link #close}. */
    void serve(Consumer<Callback<?>> executor) {
        for (Callback<?> callback : stream.receiver()) {
            if (unfinished.contains(callback)) {
                executor.accept(callback);
            }
        }
    }

    /** Returns a callback that was passed to an executor and not begun. */
    void putBack(Callback<?> callback) {
        try {
            stream.sender().sendNow(callback);
        } catch (RuntimeException closed) { // JUnit's thread has given up
            skip(callback);
        }
    }

    /** Reports what a callback has done to the thread that waits for it. */
    void finish(Callback<?> callback) {
        var _ = finish(callback, callback::report);
    }
}
