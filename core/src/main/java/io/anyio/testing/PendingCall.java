package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.sync.Event;
import org.jspecify.annotations.Nullable;

/** A call in a task of its own that is expected to wait, such as a receive from a stream without data. */
final class PendingCall<T extends @Nullable Object> {
    private final String what;
    private final CancelScope scope = CancelScope.create();
    private final Event ended = Event.create();
    private @Nullable T value; // written by the task before ended is set
    private @Nullable Throwable failure; // written by the task before ended is set

    private PendingCall(String what) {
        this.what = what;
    }

    /** Starts the call, and returns when it waits. */
    static <T extends @Nullable Object> PendingCall<T> waiting(TaskGroup group, String what, ValueBlock<T, ?> code) {
        PendingCall<T> call = started(group, what, code);
        AnyIO.awaitAllTasksBlocked();
        call.expectWaiting();
        return call;
    }

    /** Starts the call, which may end immediately. */
    static <T extends @Nullable Object> PendingCall<T> started(TaskGroup group, String what, ValueBlock<T, ?> code) {
        var call = new PendingCall<T>(what);
        group.startSoon(TaskOptions.named(what), () -> call.run(code));
        return call;
    }

    private void run(ValueBlock<T, ?> code) {
        try {
            scope.run(() -> {
                value = code.call();
            });
        } catch (Cancelled ofTheGroup) {
            throw ofTheGroup;
        } catch (Throwable thrown) { // looked at by the check
            failure = thrown;
        } finally {
            ended.set();
        }
    }

    boolean hasEnded() {
        return ended.isSet();
    }

    /** Asserts that the call still waits. */
    void expectWaiting() {
        if (hasEnded()) {
            throw new AssertionError(
                    "Expected " + what + " to wait, but it " + (failure == null ? "returned" : "threw " + failure));
        }
    }

    /** Waits until the call has returned, and returns its value. */
    @SuppressWarnings("NullAway") // T says whether null is a value
    T value() {
        ended.await();
        Throwable thrown = failure;
        if (thrown != null) {
            throw new AssertionError("Expected " + what + " to return, but it threw " + thrown, thrown);
        }
        Expect.that(!scope.cancelledCaught(), "Expected " + what + " to return, but it was cancelled");
        return value;
    }

    /** Waits until the call has thrown an exception of this type. */
    <X extends Throwable> X failure(Class<X> type) {
        ended.await();
        return Expect.thrown(type, what, failure);
    }

    /** Waits until the call has ended, and returns what it threw. */
    @Nullable
    Throwable outcome() {
        ended.await();
        return failure;
    }

    /** Cancels the call, which must end with {@link Cancelled}. */
    void cancel() {
        scope.cancel();
        ended.await();
        Throwable thrown = failure;
        if (thrown != null) {
            throw new AssertionError("Expected " + what + " to be cancelled, but it threw " + thrown, thrown);
        }
        Expect.that(scope.cancelledCaught(), "Expected " + what + " to be cancelled, but it returned");
    }
}
