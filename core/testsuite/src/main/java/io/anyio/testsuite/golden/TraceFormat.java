package io.anyio.testsuite.golden;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.ErrorGroup;
import io.anyio.FailureGroup;
import io.anyio.TaskCancelledException;
import io.anyio.TaskFailedException;
import io.anyio.TaskNotFinishedException;
import io.anyio.TimedOutException;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryStreamStatistics;
import io.anyio.sync.CapacityLimiterStatistics;
import io.anyio.sync.ConditionStatistics;
import io.anyio.sync.DeferredAlreadyFinishedException;
import io.anyio.sync.DeferredCancelledException;
import io.anyio.sync.DeferredFailedException;
import io.anyio.sync.DeferredNotFinishedException;
import io.anyio.sync.LockStatistics;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Renders failures and values in the terms of a trace. */
final class TraceFormat {
    private TraceFormat() {}

    /** A failure that a program raises. */
    static final class Raised extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Raised(String name) {
            super(name, null, false, false);
        }
    }

    /** A failure that a program raises, and that {@code except error} does not catch. */
    static final class Fatal extends Error {
        private static final long serialVersionUID = 1L;

        Fatal(String name) {
            super(name, null, false, false);
        }
    }

    static String show(@Nullable Throwable thrown) {
        return switch (thrown) {
            case null -> "none";
            case Cancelled _ -> "cancelled";
            case FailureGroup group ->
                group.exceptions().stream()
                        .map(TraceFormat::show)
                        .collect(Collectors.joining(", ", group instanceof ErrorGroup ? "fatal[" : "[", "]"));
            case TimedOutException _ -> "timeout";
            case TaskCancelledException _ -> "task cancelled";
            case TaskFailedException failed -> "task failed (" + show(failed.getCause()) + ")";
            case TaskNotFinishedException _ -> "task not finished";
            case DeferredCancelledException _ -> "future cancelled";
            case DeferredFailedException failed -> "future failed (" + show(failed.getCause()) + ")";
            case DeferredNotFinishedException _ -> "future not finished";
            case DeferredAlreadyFinishedException _ -> "future already finished";
            case BusyResourceException _ -> "busy";
            case WouldBlockException _ -> "would block";
            case EndOfStreamException _ -> "end of stream";
            case ClosedResourceException _ -> "closed";
            case BrokenResourceException _ -> "broken";
            case Raised raised -> String.valueOf(raised.getMessage());
            case Fatal fatal -> String.valueOf(fatal.getMessage());
            case IllegalStateException misuse -> misuse(String.valueOf(misuse.getMessage()));
            case IllegalArgumentException _ -> "misuse";
            default -> thrown.toString();
        };
    }

    private static String misuse(String message) {
        if (message.contains("without calling started()")) {
            return "not started";
        } else if (message.contains("called twice")) {
            return "started twice";
        }
        return message.contains("not active") ? "inactive" : "misuse";
    }

    static String show(Deadline nearest) {
        return nearest.equals(Deadline.NEVER)
                ? "never"
                : nearest.equals(Deadline.PAST) ? "past" : show(nearest.since(AnyIO.currentTime()));
    }

    /** Returns the seconds, to two decimal places. */
    static String show(Duration span) {
        BigDecimal seconds = BigDecimal.valueOf(span.toNanos(), 9).setScale(2, RoundingMode.HALF_EVEN);
        return seconds.signum() == 0 ? "0" : seconds.stripTrailingZeros().toPlainString();
    }

    static String show(LockStatistics lock, InterpreterState state) {
        return "owner " + lock.owner().map(state::nameOf).orElse("none") + ", " + lock.tasksWaiting() + " waiting";
    }

    static String show(ConditionStatistics condition, InterpreterState state) {
        return condition.tasksWaiting() + " waiting, lock " + show(condition.lockStatistics(), state);
    }

    static String show(CapacityLimiterStatistics limiter) {
        return limiter.borrowedTokens() + " of " + limiter.totalTokens() + " borrowed, " + limiter.tasksWaiting()
                + " waiting";
    }

    static String show(MemoryStreamStatistics stream) {
        return stream.currentBufferUsed() + " buffered, " + stream.openSendStreams() + " senders, "
                + stream.openReceiveStreams() + " receivers, " + stream.tasksWaitingSend() + " sending, "
                + stream.tasksWaitingReceive() + " receiving";
    }
}
