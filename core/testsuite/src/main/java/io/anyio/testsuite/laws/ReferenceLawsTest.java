package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.Timeouts;
import io.anyio.testing.junit.AnyIOTest;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.time.Duration;

/** Tests that groups and scopes keep nothing alive after they were left: neither failures nor the code that ran. */
class ReferenceLawsTest {

    @AnyIOTest
    @Law({24})
    @Ported({
        "TG::TestRefcycles::test_exception_refcycles_direct",
        "TG::TestRefcycles::test_exception_refcycles_errors",
        "TG::TestRefcycles::test_exception_refcycles_parent_task"
    })
    void aGroupThatFailedKeepsNothingOfTheFailure() {
        TaskGroup[] left = new TaskGroup[1];
        var failure = new WeakReference<>(catchThrowable(() -> TaskGroup.run(group -> {
            left[0] = group;
            group.startSoon(() -> {
                throw new IllegalArgumentException("child");
            });
            AnyIO.sleepForever();
        })));
        awaitCleared(failure, left);
    }

    @AnyIOTest
    @Law({24})
    @Ported({"TG::TestRefcycles::test_exception_refcycles_propagate_cancellation_error"})
    void aCancelledScopeKeepsNoCancellation() {
        CancelScope[] left = new CancelScope[1];
        var failure = new WeakReference<>(catchThrowable(() -> CancelScope.open(outer -> {
            left[0] = outer;
            outer.cancel();
            TaskGroup.run(_ -> AnyIO.checkpoint());
        })));
        WeakReference<?>[] seen = new WeakReference<?>[1];
        CancelScope.open(scope -> {
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (Cancelled c) {
                seen[0] = new WeakReference<>(c);
                throw c;
            }
        });
        assertThat(failure.get()).isNull(); // it was caught
        awaitCleared(seen[0], left);
    }

    @AnyIOTest
    @Law({24})
    void aTaskThatHasEndedKeepsNothingOfItsCode() {
        TaskGroup.run(group -> {
            WeakReference<?>[] captured = new WeakReference<?>[1];
            var handle = startsWithSomethingBig(group, captured);
            handle.await();
            awaitCleared(captured[0], handle);
        });
    }

    private static TaskHandle<?> startsWithSomethingBig(TaskGroup group, WeakReference<?>[] captured) {
        var big = new byte[1 << 20];
        captured[0] = new WeakReference<>(big);
        return group.startSoon(() -> big.length);
    }

    @AnyIOTest
    @Law({24})
    void aTimerThatWasDroppedKeepsNothing() {
        var scope = new WeakReference<>(Timeouts.moveOnAfter(Duration.ofDays(1), AnyIO::checkpoint));
        awaitCleared(scope, AnyIO.currentRun());
    }

    /** Waits until a reference was cleared. Called by a task, or outside of a run. */
    static void awaitCleared(WeakReference<?> reference, Object whatCouldKeepIt) {
        try {
            for (int i = 0; i < 100 && reference.get() != null; i++) {
                System.gc();
                if (AnyIO.currentBackend().isPresent()) {
                    AnyIO.sleep(Duration.ofMillis(1));
                }
            }
            assertThat(reference.get()).isNull();
        } finally {
            Reference.reachabilityFence(whatCouldKeepIt);
        }
    }
}
