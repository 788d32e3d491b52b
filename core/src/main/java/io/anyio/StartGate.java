package io.anyio;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One call of {@code TaskGroup.start}, between the child that reports and the caller that waits.
 *
 * @param <S> the type of the reported value
 */
final class StartGate<S extends @Nullable Object> implements TaskStatus<S> {
    /*
     *   WAITING ──started()──▶ STARTED      the caller returns the value; later failures are the group's
     *      ├──the child ends──▶ FAILED      the caller throws; the group never learns of it
     *      └──either, but the caller was cancelled──▶ LEFT   the caller cancels the child and waits for its end
     *
     * The child's side moves the state; whether the caller was cancelled is decided by its wait alone, which is resumed or
     * aborted, exactly once. So a caller that was cancelled first never returns a value that came later.
     */

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, StartGate.class, int.class);

    private static final int WAITING = 0;
    private static final int STARTED = 1;
    private static final int FAILED = 2;
    private static final int LEFT = 3;

    private final Suspension wait;
    private final long hostId;
    private volatile int state; // written by the child: in started(), and when it ends
    private @Nullable S value; // written by the child before it resumes the wait
    private @Nullable Throwable failure; // written by the child before it resumes the wait, or before its end is told
    private @Nullable Task child; // set before the child begins

    StartGate(Task caller, long hostId) {
        this.wait = Suspension.begin(caller, "start");
        this.hostId = hostId;
    }

    void child(Task task) {
        child = task;
    }

    @Override
    public void started(S ready) {
        if (STATE.compareAndSet(this, WAITING, STARTED)) {
            value = ready;
            adopt();
            if (!wait.resume()) {
                state = LEFT;
            }
        } else if (state == STARTED || (state == FAILED && !wait.isWaiting())) { // else the caller was cancelled
            throw new IllegalStateException("started() was called twice on the same task status");
        }
    }

    /** From now on the child is the host's, as if it had been started with {@code startSoon}. */
    private void adopt() {
        Task task = child;
        if (task != null) {
            task.adopt(hostId);
            if (task.base().shield()) {
                task.base().shield(false); // which start() had raised
            }
        }
    }

    /** The child has ended; true when its end belongs to the caller of {@code start} and not to the group. */
    boolean childEnded(@Nullable Throwable thrown) {
        if (state == LEFT) {
            failure = thrown;
        } else if (STATE.compareAndSet(this, WAITING, FAILED)) {
            failure = thrown != null
                    ? thrown
                    : new IllegalStateException("The task ended without calling started() on its task status");
            if (!wait.resume()) {
                failure = thrown;
                state = LEFT;
            }
        }
        return state != STARTED;
    }

    /** Waits for the report; a cancelled caller gets {@link Cancelled}, and the gate is left. */
    S await() {
        wait.await();
        if (state == FAILED && failure != null) {
            Unchecked.rethrow(failure);
        }
        return Unchecked.cast(value);
    }

    /** What the child threw after the gate was left, other than its cancellation; read after its end. */
    @Nullable
    Throwable lateFailure() {
        return failure instanceof Cancelled ? null : failure;
    }
}
