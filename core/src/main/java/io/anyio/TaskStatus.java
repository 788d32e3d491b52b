package io.anyio;

import io.anyio.internal.Unchecked;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The status with which a starting task reports that it is ready. AnyIO: {@code TaskStatus}.
 *
 * @param <S> the type of the value it reports
 */
public sealed interface TaskStatus<S extends @Nullable Object> permits StartGate, FutureStatus, IgnoredStatus {

    /**
     * Reports that the task is ready; {@link TaskGroup#start} then returns {@code value}. Ignored when the task that
     * called {@code start} was cancelled meanwhile. Not a checkpoint.
     *
     * @throws IllegalStateException when called a second time; the first call stays valid
     */
    void started(S value);

    /** Like {@link #started(Object)}, without a value. */
    default void started() {
        started(Unchecked.cast(null));
    }

    /**
     * Returns a status that completes {@code ready} with the reported value, for a task that a thread outside of the
     * run waits for. The report is ignored when the future was completed exceptionally or cancelled before.
     */
    static <S extends @Nullable Object> TaskStatus<S> completing(CompletableFuture<S> ready) {
        return new FutureStatus<>(Objects.requireNonNull(ready, "ready"));
    }

    /**
     * Returns a status that ignores the report, for code that can also run outside of {@code start}. AnyIO:
     * {@code TASK_STATUS_IGNORED}.
     */
    static <S extends @Nullable Object> TaskStatus<S> ignored() {
        return Unchecked.cast(IgnoredStatus.INSTANCE);
    }
}
