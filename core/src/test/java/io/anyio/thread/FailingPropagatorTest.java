package io.anyio.thread;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.ContextPropagation;
import io.anyio.EventLoopToken;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.spi.ContextPropagator;
import io.anyio.sync.CapacityLimiter;
import io.anyio.testing.junit.SimulatedTest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A context propagator that fails: the caller learns of it, and nothing waits for ever. */
class FailingPropagatorTest {
    private final Failing propagator = new Failing();

    /** Fails for the thread that has set a failure. */
    private static final class Failing implements ContextPropagator {
        private static final ThreadLocal<@Nullable Throwable> AT_START = new ThreadLocal<>();
        private static final ThreadLocal<@Nullable Throwable> IN_TASK = new ThreadLocal<>();

        @Override
        public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
            throwUnlessNull(AT_START.get());
            Throwable inTask = IN_TASK.get();
            return () -> {
                throwUnlessNull(inTask);
                return code.call();
            };
        }

        private static void throwUnlessNull(@Nullable Throwable failure) {
            if (failure instanceof Error error) {
                throw error;
            }
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
        }
    }

    private void register() {
        ContextPropagation.register(propagator);
    }

    @AfterEach
    void unregister() {
        ContextPropagation.unregister(propagator);
        Failing.AT_START.remove();
        Failing.IN_TASK.remove();
    }

    /** Runs {@code start} with a propagator whose tasks fail before the code of the user begins. */
    private static <T> T failingInTask(Throwable failure, Callable<T> start) throws Exception {
        Failing.IN_TASK.set(failure);
        try {
            return start.call();
        } finally {
            Failing.IN_TASK.remove();
        }
    }

    private static Throwable failingAtStart(Throwable failure, Callable<?> start) {
        Failing.AT_START.set(failure);
        try {
            return catchThrowable(start::call);
        } finally {
            Failing.AT_START.remove();
        }
    }

    @SimulatedTest
    void theFutureOfATaskFailsWithIt() throws Exception {
        register();
        var failure = new IllegalStateException("of the propagator");
        boolean[] ran = {false};
        List<CompletableFuture<?>> futures = new ArrayList<>();
        EventLoopToken token = AnyIO.currentToken();
        TaskGroup.run(group -> futures.add(failingInTask(
                failure, () -> group.startFuture(TaskOptions.DEFAULTS, () -> ran[0] = true))));
        futures.add(failingInTask(failure, () -> token.start(TaskOptions.DEFAULTS, () -> ran[0] = true)));
        BlockingPortal.run(portal -> {
            futures.add(ToThread.run(() -> failingInTask(failure, () -> portal.startSoon(() -> ran[0] = true))));
            Throwable thrown = ToThread.run(() ->
                    catchThrowable(() -> failingInTask(failure, () -> portal.call(() -> ran[0] = true))));
            assertThat(thrown).isSameAs(failure);
            assertThat(ToThread.run(() -> portal.<Integer, RuntimeException>call(() -> 1)))
                    .isOne();
        });
        for (CompletableFuture<?> future : futures) {
            assertThatThrownBy(() -> AnyIO.await(future)).isSameAs(failure);
        }
        assertThat(futures).hasSize(3);
        assertThat(ran[0]).isFalse();
    }

    @SimulatedTest
    void aStartThatFailsStartsNothing() throws Exception {
        register();
        var failure = new OutOfMemoryError("of the propagator");
        EventLoopToken token = AnyIO.currentToken();
        TaskGroup.run(group -> assertThat(
                        failingAtStart(failure, () -> List.of(group.startFuture(TaskOptions.DEFAULTS, () -> 1))))
                .isSameAs(failure));
        assertThat(failingAtStart(failure, () -> List.of(token.start(TaskOptions.DEFAULTS, () -> 1))))
                .isSameAs(failure);
        BlockingPortal.run(portal -> assertThat(ToThread.run(() -> failingAtStart(failure, () -> portal.call(() -> 1))))
                .isSameAs(failure));
    }

    @SimulatedTest
    void aCallOfAWorkerThatFailsKeepsNoToken() throws Exception {
        register();
        var full = new OutOfMemoryError("of the propagator");
        var options = ToThreadOptions.DEFAULTS.withLimiter(CapacityLimiter.create(1));
        CapacityLimiter limiter = options.limiter().orElseThrow();
        assertThat(failingAtStart(full, () -> ToThread.run(options, () -> 1))).isSameAs(full);
        assertThat(limiter.borrowedTokens()).isZero();
        Throwable thrown = catchThrowable(() -> failingInTask(full, () -> ToThread.run(options, () -> 1)));
        assertThat(thrown).isSameAs(full);
        assertThat(limiter.borrowedTokens()).isZero();
        assertThat(ToThread.<Integer, RuntimeException>run(options, () -> 2)).isEqualTo(2);
    }
}
