package io.anyio.lowlevel;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.EventLoopToken;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.internal.ChildGroup;
import io.anyio.internal.GroupAccess;
import io.anyio.internal.HandedOverCall;
import io.anyio.internal.Interruptions;
import io.anyio.internal.Run;
import io.anyio.internal.Task;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call that a task hands to a thread outside of the event loops, and the wait of the task for its end. For
 * implementers of worker threads; other code calls {@code ToThread}.
 *
 * <p>The code of the call has the context variables of the task, can ask whether the task is cancelled, and can start
 * tasks. A simulation counts the call as external work from its creation to its end, and a test framework sees it in
 * {@link OpenResources}.
 *
 * <p>AnyIO has no counterpart; it is part of {@code to_thread.run_sync}.
 */
public final class ThreadCall {
    private final EventLoopToken loop = AnyIO.currentToken();
    private final HandedOverCall call;
    private final String what;
    private final SingleWaiter waiter = SingleWaiter.create(thread -> false);
    private final @Nullable ClassLoader loader = Thread.currentThread().getContextClassLoader();
    private final OpenResources.@Nullable Entry open;
    private final ExternalWork work;
    private final AtomicBoolean ended = new AtomicBoolean(); // set by the thread of the call
    private boolean begun; // set by the task before it hands the call over
    private @Nullable Suspension wait; // set by begin(); task only

    private ThreadCall(HandedOverCall call, String what) {
        this.call = call;
        this.what = what;
        call.setFace(this);
        this.open = OpenResources.opened("call of a worker thread");
        this.work = ExternalWork.begin(what); // last, because it must be ended
    }

    // ---- the task's side ----

    /**
     * Creates a call and runs {@code body}, which calls {@link #begin}, hands it to a thread, and waits for its end.
     *
     * @param what the operation, as a verb, for messages and diagnosis
     * @param mayLeave whether the task may leave the call before it has ended. If not, tasks that the code of the call
     *     starts with {@link #start} are inside of the scopes of the calling task, so that a cancellation reaches them,
     *     and have ended when this method returns. Otherwise they belong to the run and end with it, and a cancellation
     *     of the task does not reach them
     * @throws NoEventLoopException when not called by a task
     */
    public static <T extends @Nullable Object> T make(String what, boolean mayLeave, Function<ThreadCall, T> body) {
        Objects.requireNonNull(body, "body");
        Task task = Task.require(what);
        return mayLeave
                ? new ThreadCall(HandedOverCall.detached(task), what).handOver(body)
                : HandedOverCall.hosted(task, call -> new ThreadCall(call, what).handOver(body));
    }

    /**
     * Runs {@code wait}, in which the current task waits until there is a thread for its call. It is counted in the
     * statistics of the run.
     *
     * @throws NoEventLoopException when not called by a task
     */
    public static void awaitThread(Runnable wait) {
        Objects.requireNonNull(wait, "wait");
        Run run = Task.require("wait for a thread").run();
        run.workersWaitedForChanged(1);
        try {
            wait.run();
        } finally {
            run.workersWaitedForChanged(-1);
        }
    }

    private <T extends @Nullable Object> T handOver(Function<ThreadCall, T> body) {
        try {
            return body.apply(this);
        } finally {
            if (!begun) { // no other thread has it
                end();
            }
        }
    }

    /** Begins the call. From here on {@link #end} must be called, and the task must wait. Not a checkpoint. */
    public void begin() {
        Suspension own = waiter.publish(what); // now, because there may not be enough stack later
        call.begin();
        begun = true;
        wait = own;
    }

    /**
     * Waits until {@link #end} is called. A checkpoint if it waits. After a cancellation it can be called once more.
     *
     * @throws Cancelled when the task is cancelled before
     */
    public void await() {
        Suspension own = Objects.requireNonNull(wait, "begin() was not called");
        if (!ended.get() || !waiter.withdraw(own)) {
            waiter.await(own);
        }
    }

    /** Like {@link #await}, but a cancellation does not end the wait. Not a checkpoint. */
    public void awaitShielded() {
        Suspension own = Objects.requireNonNull(wait, "begin() was not called");
        if (!ended.get() || !waiter.withdraw(own)) {
            own.awaitShielded();
        }
    }

    /** Like {@link #awaitShielded}, after {@link #await} was ended by a cancellation. */
    public void awaitShieldedAgain() {
        wait = waiter.publish(what);
        awaitShielded();
    }

    // ---- the side of the other thread ----

    /**
     * Runs {@code code} as the code of this call in the current thread, with the context class loader of the task. The
     * thread has its own again afterwards.
     */
    public void run(Runnable code) {
        Thread here = Thread.currentThread();
        ClassLoader own = here.getContextClassLoader();
        here.setContextClassLoader(loader);
        try {
            call.run(code);
        } finally {
            here.setContextClassLoader(own); // an idle thread keeps no class loader of a caller alive
        }
    }

    /**
     * Ends the call and wakes the task if it waits. Also called when the code could not be run. Any thread; idempotent.
     */
    public void end() {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        try {
            if (begun) {
                call.end(); // before the task is woken: it then need not wait for this, too
            }
        } finally { // even without memory
            try {
                waiter.wake();
            } finally {
                if (open != null) {
                    open.close();
                }
                work.end(); // last: from here on the clock of a simulation runs, and what is open is a leak
            }
        }
    }

    /** Returns the call whose code the current thread runs, or null. */
    public static @Nullable ThreadCall currentOrNull() {
        HandedOverCall current = HandedOverCall.currentOrNull();
        return current == null ? null : (ThreadCall) current.face();
    }

    /**
     * Throws if the task is cancelled: the scope in which it made the call, or a scope around that. May be called from
     * any thread, also after the task has left the call.
     *
     * @throws Cancelled when the task is cancelled
     */
    public void checkCancelled() {
        call.checkCancelled();
    }

    /**
     * Starts a task on the loop of the task; see {@link #make}. Called by the code of the call. The future is that of
     * {@link TaskGroup#startFuture}.
     *
     * @throws io.anyio.RunFinishedException when the task has left the call, and the run has ended
     */
    public <T extends @Nullable Object> CompletableFuture<T> start(TaskOptions options, ValueBlock<T, ?> body) {
        ChildGroup group = call.group();
        return group == null
                ? loop.start(options, body)
                : ((TaskGroup) GroupAccess.get().group(group)).startFuture(options, body);
    }

    /** Returns whether the task belongs to the run of {@code other}. */
    public boolean isOfRunOf(EventLoopToken other) {
        return loop.isOfRunOf(other);
    }

    /** Returns the loop of the task. */
    public EventLoopToken loop() {
        return loop;
    }

    /**
     * Returns whether a failure of interrupted code was caused by the interrupt.
     *
     * @param unheard whether the code left the interrupt status set
     */
    public static boolean isInterruption(Throwable failure, boolean unheard) {
        return Interruptions.areCauseOf(Objects.requireNonNull(failure, "failure"), unheard);
    }

    @Override
    public String toString() {
        return "ThreadCall[" + what + " by " + call.host() + "]";
    }
}
