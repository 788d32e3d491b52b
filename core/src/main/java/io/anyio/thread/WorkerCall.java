package io.anyio.thread;

import io.anyio.Cancelled;
import io.anyio.ValueBlock;
import io.anyio.lowlevel.ThreadCall;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** One call on a worker thread: the task waits, and the worker sets the outcome. */
final class WorkerCall<T extends @Nullable Object, X extends Exception> {

    /** What an interrupt may do. It must arrive while the code runs, and at no other time. */
    private enum Phase {
        /** The code has not begun. */
        WAITING,
        /** The task was cancelled before the code has begun. */
        TO_BE_INTERRUPTED,
        /** The code runs. */
        RUNNING,
        /** The task is about to interrupt the thread. */
        INTERRUPTING,
        /** The thread was interrupted. */
        INTERRUPTED,
        /** The code has ended. */
        ENDED
    }

    private final ThreadCall call;
    private final BorrowedToken token;
    private final @Nullable String name;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING); // task and worker, by CAS
    private volatile @Nullable Thread thread; // set by the worker before the code runs
    private @Nullable ValueBlock<T, X> code; // cleared by the worker, so that nothing is kept after the call
    private @Nullable T value; // written by the worker before the call ends
    private @Nullable Throwable failure; // written by the worker before the call ends
    private @Nullable Cancelled cancelled; // the cancellation that has interrupted the code; task only
    private boolean unheard; // whether the code left the interrupt status set; written by the worker

    private WorkerCall(ThreadCall call, BorrowedToken token, @Nullable String name, ValueBlock<T, X> code) {
        this.call = call;
        this.token = token;
        this.name = name;
        this.code = code;
    }

    // ---- the task's side ----

    /** Creates a call and gives it to a worker. If that fails, the code has not run and never will. */
    static <T extends @Nullable Object, X extends Exception> WorkerCall<T, X> give(
            ThreadCall call, BorrowedToken token, @Nullable String name, ValueBlock<T, X> code, WorkerPool pool) {
        var made = new WorkerCall<>(call, token, name, code);
        call.begin();
        token.give();
        try {
            pool.execute(made);
        } catch (Throwable noThread) { // out of threads
            made.end();
            throw noThread;
        }
        return made;
    }

    /** Waits for the end of the code. Called once. */
    void await(ToThreadOptions options) {
        if (options.interruptOnCancel()) {
            awaitOrInterrupt(options.abandonOnCancel());
        } else if (options.abandonOnCancel()) {
            call.await();
        } else {
            call.awaitShielded();
        }
    }

    private void awaitOrInterrupt(boolean abandons) {
        try {
            call.await();
        } catch (Cancelled c) {
            interrupt();
            if (abandons) {
                throw c;
            }
            call.awaitShieldedAgain();
            cancelled = c;
        }
    }

    private void interrupt() {
        if (phase.compareAndSet(Phase.WAITING, Phase.TO_BE_INTERRUPTED)) {
            return;
        }
        Thread worker = thread;
        if (worker != null && phase.compareAndSet(Phase.RUNNING, Phase.INTERRUPTING)) {
            try {
                worker.interrupt();
            } finally { // closing the channel that the worker uses may fail
                phase.set(Phase.INTERRUPTED);
            }
        }
    }

    /** Returns the value of the code, which has ended, or throws its failure. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the code throws X or unchecked; T says whether null is a value
    T outcome() throws X {
        if (failure == null) {
            return value;
        }
        if (cancelled != null && ThreadCall.isInterruption(failure, unheard)) {
            cancelled.addSuppressed(failure);
            throw cancelled;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        throw (X) failure;
    }

    // ---- the worker's side ----

    /** Runs the code. */
    void run() {
        Thread worker = Thread.currentThread();
        String own = worker.getName();
        try {
            if (name != null) {
                worker.setName(own + " " + name);
            }
            call.run(this::runCode);
        } catch (Throwable t) { // no memory to run it
            failure = t;
        } finally {
            if (!own.equals(worker.getName())) { // the code may have changed it
                worker.setName(own);
            }
        }
    }

    private void runCode() {
        ValueBlock<T, X> body = code;
        code = null;
        thread = Thread.currentThread();
        if (!phase.compareAndSet(Phase.WAITING, Phase.RUNNING)) {
            Thread.currentThread().interrupt();
        }
        try {
            value = body == null ? null : body.call();
        } catch (Throwable t) { // every failure belongs to the waiting task
            failure = t;
        }
        if (!phase.compareAndSet(Phase.RUNNING, Phase.ENDED)) {
            while (phase.get() == Phase.INTERRUPTING) { // the interrupt must not reach the next call
                Thread.onSpinWait();
            }
        }
        unheard = Thread.interrupted();
    }

    /** Ends the call, also when its code could not be run. */
    void end() {
        try {
            token.release();
        } catch (Throwable full) { // the heap, or a token that other code has released
            // the task waits
        } finally {
            call.end();
        }
    }

    @Override
    public String toString() {
        return call.toString();
    }
}
