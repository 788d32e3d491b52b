package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.testing.Simulation;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** In debug mode failures and cancellations say where they come from; otherwise they cost nothing. */
class DebugTest {

    private static final Simulation DEBUGGING = Simulation.DEFAULTS.withDebug(true);

    private static Throwable failureOfAChild(Simulation options) {
        return AnyIO.run(
                () -> {
                    try {
                        TaskGroup.run(group -> group.startSoon(TaskOptions.named("child"), () -> {
                            throw new IllegalArgumentException("oops");
                        }));
                    } catch (ExceptionGroup failed) {
                        return failed.collapse();
                    }
                    throw new AssertionError("no failure");
                },
                options);
    }

    private static Cancelled cancellation(Simulation options) {
        return AnyIO.run(
                () -> {
                    var seen = new Cancelled[1];
                    TaskGroup.run(group -> {
                        group.cancel("no longer needed");
                        try {
                            AnyIO.checkpoint();
                        } catch (Cancelled c) {
                            seen[0] = c;
                            throw c;
                        }
                    });
                    return seen[0];
                },
                options);
    }

    @Test
    void aFailureSaysWhereItsTaskWasStarted() {
        assertThat(failureOfAChild(DEBUGGING).getSuppressed()[0]).hasMessage("task 'child' was started here");
        assertThat(failureOfAChild(Simulation.DEFAULTS).getSuppressed()).isEmpty();
    }

    @Test
    void aCancellationSaysWhoAskedForIt() {
        Cancelled traced = cancellation(DEBUGGING);
        assertThat(traced.getStackTrace()).isNotEmpty();
        assertThat(traced.getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getClassName().startsWith(DebugTest.class.getName()));

        Cancelled plain = cancellation(Simulation.DEFAULTS);
        assertThat(plain.getStackTrace()).isEmpty();
        assertThat(plain.getSuppressed()).isEmpty();
        assertThat(plain.reason()).contains("no longer needed");
        assertThat(plain).hasMessageContaining("by task").hasMessageContaining("reason: no longer needed");
    }

    private static Cancelled cancelledByAThread(Simulation options) throws InterruptedException {
        return AnyIO.run(
                () -> {
                    var seen = new Cancelled[1];
                    CancelScope.open(scope -> {
                        Thread canceller = Thread.ofPlatform().name("boss").start(() -> scope.cancel());
                        try {
                            Interruptible.run(canceller::join);
                            AnyIO.checkpoint();
                        } catch (Cancelled c) {
                            seen[0] = c;
                            throw c;
                        }
                    });
                    return seen[0];
                },
                options);
    }

    @Test
    void aCancellationByAThreadNamesTheThread() throws InterruptedException {
        assertThat(cancelledByAThread(Simulation.DEFAULTS)).hasMessage("cancelled via cancel scope by thread 'boss'");
        assertThat(cancelledByAThread(DEBUGGING).getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().contains("cancelledByAThread"));
    }

    @Test
    void aCancellationByADeadlineSaysSo() {
        Cancelled[] seen = new Cancelled[1];
        AnyIO.run(
                () -> {
                    Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> {
                        try {
                            AnyIO.sleepForever();
                        } catch (Cancelled c) {
                            seen[0] = c;
                            throw c;
                        }
                    });
                },
                DEBUGGING);
        assertThat(seen[0]).hasMessage("cancelled via cancel scope; reason: deadline exceeded");
    }
}
