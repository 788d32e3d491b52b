package io.anyio.testsuite.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.FailureGroup;
import io.anyio.GroupBlock;
import io.anyio.TaskCancelledException;
import io.anyio.TaskFailedException;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskNotFinishedException;
import io.anyio.TimedOutException;
import io.anyio.testing.Trail;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The trace of a small program, in terms that are the same for every backend and for AnyIO, on which it was recorded.
 */
final class TraceRecorder {
    private final Trail trail = new Trail();
    private final List<CancelScope> watched = new ArrayList<>();

    void add(String event) {
        trail.add(event);
    }

    void add(boolean fact) {
        trail.add(fact ? "true" : "false");
    }

    /** Records how {@code block} ends, and rethrows what it threw. */
    <X extends Exception> void seen(String name, Block<X> block) throws X {
        try {
            block.run();
        } catch (Throwable thrown) {
            add(name + ": " + show(thrown));
            throw thrown;
        }
        add(name + ": ok");
    }

    /** Records how {@code block} ends, and suppresses what it threw. */
    @SuppressWarnings("CatchingUnchecked") // a block may throw anything
    void kept(String name, Block<?> block) {
        try {
            block.run();
        } catch (Throwable thrown) {
            add(name + ": " + show(thrown));
            return;
        }
        add(name + ": ok");
    }

    /** Registers {@code scope}, whose final state is added at the end. */
    CancelScope watch(CancelScope scope) {
        watched.add(scope);
        return scope;
    }

    /** Runs a group whose scope is watched. */
    void group(GroupBlock body) {
        TaskGroup.run(group -> {
            watch(group.cancelScope());
            body.run(group);
        });
    }

    /** Records the state of {@code scope}. */
    void flags(CancelScope scope) {
        add(flagsOf(scope));
    }

    /** Records the status of a task. */
    void status(TaskHandle<?> handle) {
        add(handle.status().name().toLowerCase(Locale.ROOT));
    }

    /** Checks the events, followed by the final states of the watched scopes in the order of registration. */
    void is(String... expected) {
        for (CancelScope scope : watched) {
            flags(scope);
        }
        assertThat(trail.events()).containsExactly(expected);
    }

    private static String flagsOf(CancelScope scope) {
        return scope.cancelCalled() ? (scope.cancelledCaught() ? "called+caught" : "called") : "untouched";
    }

    static String show(Throwable thrown) {
        return switch (thrown) {
            case Cancelled _ -> "cancelled";
            case TimedOutException _ -> "timeout";
            case FailureGroup group ->
                group.exceptions().stream().map(TraceRecorder::show).collect(Collectors.joining(", ", "[", "]"));
            case TaskCancelledException _ -> "task cancelled";
            case TaskFailedException _ -> "task failed";
            case TaskNotFinishedException _ -> "task not finished";
            case IllegalStateException e
            when String.valueOf(e.getMessage()).contains("without calling started()") -> "not started";
            case IllegalStateException e
            when String.valueOf(e.getMessage()).contains("called twice") -> "started twice";
            case IllegalStateException e when String.valueOf(e.getMessage()).contains("not active") -> "inactive";
            default -> String.valueOf(thrown.getMessage());
        };
    }

    // ---- vocabulary ----

    /** Fails. */
    @SuppressWarnings("DoNotCallSuggester") // this method exists to be called
    static void boom(String message) {
        throw new IllegalArgumentException(message);
    }

    /** Lets every other task run until it waits. */
    static void settle() {
        AnyIO.sleep(Duration.ofMillis(1));
    }

    /** Waits without being cancellable, for clean-up. */
    static void shieldedPause() {
        CancelScope.shielded(TraceRecorder::settle);
    }

    /** Sleeps; for programs about time, which run in simulations only. */
    static void sleep(double seconds) {
        AnyIO.sleep(span(seconds));
    }

    static Duration span(double seconds) {
        return Duration.ofMillis(Math.round(seconds * 1000));
    }

    /** Returns whether the current task is cancelled, or could not be. */
    static String deadline() {
        Deadline nearest = AnyIO.currentEffectiveDeadline();
        return nearest.equals(Deadline.PAST)
                ? "past"
                : nearest.equals(Deadline.NEVER)
                        ? "never"
                        : Long.toString(nearest.since(AnyIO.currentTime()).toSeconds());
    }

    /** Returns what the next checkpoint throws. */
    static Cancelled delivered() {
        try {
            AnyIO.checkpoint();
        } catch (Cancelled c) {
            return c;
        }
        throw new AssertionError("not cancelled");
    }
}
