package io.anyio.internal;

import io.anyio.Cancelled;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call that a task has handed to another thread. The code there has the task's context variables, can ask whether the
 * task is cancelled, and can start tasks that a cancellation of the task reaches.
 */
public final class HandedOverCall implements ContextHolder {
    private static final ThreadLocal<@Nullable HandedOverCall> CURRENT = new ThreadLocal<>();

    private final Task host;
    private final ScopeNode scope; // the innermost of the host when it made the call
    private final @Nullable ChildGroup group; // of tasks that the code starts; null if the host may leave first
    private ContextValues context; // the thread that runs the code
    private @Nullable Object face; // the object of the code above the engine that stands for this call; set once

    private HandedOverCall(Task host, @Nullable ChildGroup group) {
        this.host = host;
        this.scope = host.scope();
        this.group = group;
        this.context = host.context().map();
    }

    /** Returns the call whose code the current thread runs, or null. */
    public static @Nullable HandedOverCall currentOrNull() {
        return CURRENT.get();
    }

    /**
     * Runs {@code body}, which hands the call to another thread and waits for its end. Tasks that the code there starts
     * end before this method returns.
     */
    public static <T extends @Nullable Object> T hosted(Task host, Function<HandedOverCall, T> body) {
        ChildGroup group = ChildGroup.of(host);
        return group.enterAndRun(HandedOverCall::runAndLeave, new HandedOverCall(host, group), body);
    }

    private static <T extends @Nullable Object> T runAndLeave(HandedOverCall call, Function<HandedOverCall, T> body) {
        ChildGroup group = Objects.requireNonNull(call.group);
        boolean returned = false;
        try {
            T value = body.apply(call);
            returned = true;
            return value;
        } finally {
            if (!group.children().closeIfEmpty()) {
                var _ = group.awaitChildren();
            }
            group.scope().leave(!returned);
        }
    }

    /** Returns a call whose code may still run when the host has left it. Its tasks belong to the run. */
    public static HandedOverCall detached(Task host) {
        return new HandedOverCall(host, null);
    }

    /** Makes the host wait for the end of this call, unless it may leave first. Called before it is handed over. */
    public void begin() {
        if (group != null) {
            group.hold();
        }
        host.run().workersBusyChanged(1);
    }

    /** Called once after {@link #begin}, when the call has ended. Any thread. */
    public void end() {
        host.run().workersBusyChanged(-1);
        if (group != null) {
            group.release();
        }
    }

    /** Runs {@code code} as the code of this call, on the thread to which it was handed over. */
    public void run(Runnable code) {
        CURRENT.set(this);
        try {
            code.run();
        } finally {
            CURRENT.remove();
        }
    }

    /** Returns the object that stands for this call above the engine, or null. */
    public @Nullable Object face() {
        return face;
    }

    /** Sets the object that stands for this call. Called before the call is handed to its thread. */
    public void setFace(Object newFace) {
        face = newFace;
    }

    public Task host() {
        return host;
    }

    /** Returns the group of the tasks that the code starts, or null if the host may have left it. Any thread. */
    public @Nullable ChildGroup group() {
        return group;
    }

    /** Throws if the host is in a cancelled scope, or was when it left the call. Any thread. */
    public void checkCancelled() {
        ScopeNode innermost = group == null ? scope : group.scope();
        if (CancelTree.isCancelled(innermost)) {
            throw cancelled(innermost);
        }
    }

    private Cancelled cancelled(ScopeNode innermost) {
        CancelCause cause = CancelTree.cause(innermost);
        return RootAccess.root()
                .cancelled(
                        cause == null ? innermost.causeOf(null) : cause,
                        host.run().debug());
    }

    @Override
    public ContextValues context() {
        return context;
    }

    @Override
    public void setContext(ContextValues changed) {
        context = changed;
    }
}
