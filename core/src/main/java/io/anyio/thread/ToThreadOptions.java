package io.anyio.thread;

import io.anyio.sync.CapacityLimiter;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Options for running code on a worker thread: its name, its limiter, and what a cancellation does. Immutable.
 *
 * <p>AnyIO: the keyword arguments of {@code to_thread.run_sync}.
 */
public final class ToThreadOptions {

    /** No name, the default limiter of the run, and a cancellation waits until the code has ended. */
    public static final ToThreadOptions DEFAULTS = new ToThreadOptions(null, null, false, false);

    private final @Nullable String name;
    private final @Nullable CapacityLimiter limiter;
    private final boolean abandonOnCancel;
    private final boolean interruptOnCancel;

    private ToThreadOptions(
            @Nullable String name,
            @Nullable CapacityLimiter limiter,
            boolean abandonOnCancel,
            boolean interruptOnCancel) {
        this.name = name;
        this.limiter = limiter;
        this.abandonOnCancel = abandonOnCancel;
        this.interruptOnCancel = interruptOnCancel;
    }

    /**
     * Returns options with a name for the work, such as {@code "resize image"}. It is used in messages and dumps, and
     * the thread bears it while the code runs.
     */
    public ToThreadOptions withName(String newName) {
        Objects.requireNonNull(newName, "newName");
        return new ToThreadOptions(newName, limiter, abandonOnCancel, interruptOnCancel);
    }

    /**
     * Returns options with a limiter of which each call borrows a token, instead of the default limiter. AnyIO:
     * {@code limiter}.
     */
    public ToThreadOptions withLimiter(CapacityLimiter newLimiter) {
        Objects.requireNonNull(newLimiter, "newLimiter");
        return new ToThreadOptions(name, newLimiter, abandonOnCancel, interruptOnCancel);
    }

    /**
     * Returns options that say whether a cancelled task leaves the call immediately. The code then runs to its end, its
     * outcome is dropped, and its token is released when it has ended. AnyIO: {@code abandon_on_cancel}.
     */
    public ToThreadOptions withAbandonOnCancel(boolean newAbandonOnCancel) {
        return new ToThreadOptions(name, limiter, newAbandonOnCancel, interruptOnCancel);
    }

    /**
     * Returns options that say whether a cancellation of the task interrupts the thread while the code runs. The task
     * waits for the end of the code, unless it is to be abandoned too. If the code ends by the interrupt, such as with
     * an {@link InterruptedException}, the call throws {@link io.anyio.Cancelled}; otherwise it keeps its outcome.
     * AnyIO has no counterpart.
     */
    public ToThreadOptions withInterruptOnCancel(boolean newInterruptOnCancel) {
        return new ToThreadOptions(name, limiter, abandonOnCancel, newInterruptOnCancel);
    }

    /** Returns the name of the work, if one was given. */
    public Optional<String> name() {
        return Optional.ofNullable(name);
    }

    /** Returns the limiter, if one was given. */
    public Optional<CapacityLimiter> limiter() {
        return Optional.ofNullable(limiter);
    }

    /** Returns whether a cancelled task leaves the call immediately. */
    public boolean abandonOnCancel() {
        return abandonOnCancel;
    }

    /** Returns whether a cancellation interrupts the thread. */
    public boolean interruptOnCancel() {
        return interruptOnCancel;
    }

    @Override
    public String toString() {
        return "ToThreadOptions[" + (name == null ? "" : "name '" + name + "', ")
                + (limiter == null ? "default limiter" : limiter)
                + (abandonOnCancel ? ", abandon on cancel" : "")
                + (interruptOnCancel ? ", interrupt on cancel" : "") + "]";
    }
}
