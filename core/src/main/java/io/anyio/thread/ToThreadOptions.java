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
    public static final ToThreadOptions DEFAULTS = new ToThreadOptions(new Values());

    /** The mutable form of the options, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private @Nullable String name;
        private @Nullable CapacityLimiter limiter;
        private boolean abandonOnCancel;
        private boolean interruptOnCancel;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private ToThreadOptions(Values values) {
        this.values = values;
    }

    /**
     * Returns options with a name for the work, such as {@code "resize image"}. It is used in messages and dumps, and
     * the thread bears it while the code runs.
     */
    public ToThreadOptions withName(String newName) {
        Objects.requireNonNull(newName, "newName");
        Values changed = values.copy();
        changed.name = newName;
        return new ToThreadOptions(changed);
    }

    /**
     * Returns options with a limiter of which each call borrows a token, instead of the default limiter. AnyIO:
     * {@code limiter}.
     */
    public ToThreadOptions withLimiter(CapacityLimiter newLimiter) {
        Objects.requireNonNull(newLimiter, "newLimiter");
        Values changed = values.copy();
        changed.limiter = newLimiter;
        return new ToThreadOptions(changed);
    }

    /**
     * Returns options that say whether a cancelled task leaves the call immediately. The code then runs to its end, its
     * outcome is dropped, and its token is released when it has ended. AnyIO: {@code abandon_on_cancel}.
     */
    public ToThreadOptions withAbandonOnCancel(boolean newAbandonOnCancel) {
        Values changed = values.copy();
        changed.abandonOnCancel = newAbandonOnCancel;
        return new ToThreadOptions(changed);
    }

    /**
     * Returns options that say whether a cancellation of the task interrupts the thread while the code runs. The task
     * waits for the end of the code, unless it is to be abandoned too. If the code ends by the interrupt, such as with
     * an {@link InterruptedException}, the call throws {@link io.anyio.Cancelled}; otherwise it keeps its outcome.
     * AnyIO has no counterpart.
     */
    public ToThreadOptions withInterruptOnCancel(boolean newInterruptOnCancel) {
        Values changed = values.copy();
        changed.interruptOnCancel = newInterruptOnCancel;
        return new ToThreadOptions(changed);
    }

    /** Returns the name of the work, if one was given. */
    public Optional<String> name() {
        return Optional.ofNullable(values.name);
    }

    /** Returns the limiter, if one was given. */
    public Optional<CapacityLimiter> limiter() {
        return Optional.ofNullable(values.limiter);
    }

    /** Returns whether a cancelled task leaves the call immediately. */
    public boolean abandonOnCancel() {
        return values.abandonOnCancel;
    }

    /** Returns whether a cancellation interrupts the thread. */
    public boolean interruptOnCancel() {
        return values.interruptOnCancel;
    }

    @Override
    public String toString() {
        return "ToThreadOptions[" + (values.name == null ? "" : "name '" + values.name + "', ")
                + (values.limiter == null ? "default limiter" : values.limiter)
                + (values.abandonOnCancel ? ", abandon on cancel" : "")
                + (values.interruptOnCancel ? ", interrupt on cancel" : "") + "]";
    }
}
