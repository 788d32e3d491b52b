package io.anyio;

import io.anyio.internal.StackRoom;
import io.anyio.internal.Task;
import io.anyio.internal.Unchecked;
import io.anyio.internal.Wait;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The state of one call of {@code TaskGroup.start}, shared by the child that reports and the caller that waits.
 *
 * @param <S> the type of the reported value
 */
final class StartGate<S extends @Nullable Object> implements TaskStatus<S> {
    /*
     *   WAITING ──started()──▶ STARTED      the caller returns the value; the group gets later failures
     *      ├──the child ends──▶ FAILED      the caller throws; the group does not get the failure
     *      └──either, but the caller was cancelled──▶ LEFT   the caller cancels the child and waits for its end
     *
     * The child changes the state. Whether the caller was cancelled is decided by its wait alone, which is either
     * resumed or aborted, exactly once. A caller that was cancelled first therefore never returns a value reported
     * later.
     */

    private static final VarHandle STATE = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "state", VarHandle.class, StartGate.class, int.class);

    private static final int WAITING = 0;
    private static final int STARTED = 1;
    private static final int FAILED = 2;
    private static final int LEFT = 3;

    private final Wait wait;
    private final long hostId;
    private boolean outOfReach; // set before the child begins: the group's cancellation reaches it after its report
    private volatile int state; // written by the child: in started(), and when it ends
    private @Nullable S value; // written by the child before it resumes the wait
    private @Nullable Throwable failure; // written by the child before it resumes the wait or announces its end
    private @Nullable Task child; // set before the child begins

    StartGate(Task caller, long hostId) {
        this.wait = Wait.begin(caller, "start");
        this.hostId = hostId;
    }

    /** Sets the child, before it begins. */
    void of(Task task, boolean shielded) {
        child = task;
        outOfReach = shielded;
        if (shielded) {
            task.base().setShield(true);
        }
    }

    @Override
    public void started(S ready) {
        StackRoom.requireForOperation(); // a later call would find the report made, and wake no waiter
        if (STATE.compareAndSet(this, WAITING, STARTED)) {
            value = ready;
            adopt();
            if (!wait.resume()) {
                state = LEFT;
            }
        } else if (state == STARTED || (state == FAILED && !wait.isWaiting())) { // otherwise the caller was cancelled
            throw startedTwice();
        }
    }

    static IllegalStateException startedTwice() {
        return new IllegalStateException("started() was called twice on the same task status");
    }

    /** Makes the child a child of the host, as if it had been started with {@code startSoon}. */
    private void adopt() {
        Task task = child;
        if (task != null) {
            task.adopt(hostId);
            if (outOfReach) {
                task.base().setShield(false);
                StopRequest.deliver(task.base());
            }
        }
    }

    /** Called when the child has ended. Returns whether its failure goes to the caller, not to the group. */
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

    /** Waits for the report. Throws {@link Cancelled} if the caller is cancelled; the state then becomes LEFT. */
    S await() {
        wait.await();
        if (state == FAILED && failure != null) {
            Unchecked.rethrow(failure);
        }
        return Unchecked.cast(value);
    }

    /** Returns the failure of the child in the state LEFT, unless it is a cancellation. Called after its end. */
    @Nullable
    Throwable lateFailure() {
        return failure instanceof Cancelled ? null : failure;
    }
}
