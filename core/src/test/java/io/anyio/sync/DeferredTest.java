package io.anyio.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.testing.junit.SimulatedTest;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A deferred under many interleavings: one outcome, which every waiter sees unless it is cancelled. */
class DeferredTest {
    private static final TaskOptions ANY_LOOP = TaskOptions.DEFAULTS.withSpread(true);

    private long round; // makes the random choices of a program differ between seeds

    @SimulatedTest(seeds = 200, loops = 2)
    void everyTaskSeesTheOneOutcomeOrIsCancelled() {
        var random = new SplittableRandom(round++);
        var deferred = Deferred.<String>create("d");
        List<String> given = new ArrayList<>();
        List<String> seen = new ArrayList<>();
        int[] cancelled = {0};
        TaskGroup.run(group -> {
            List<TaskHandle<?>> waiters = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                waiters.add(group.startSoon(ANY_LOOP, () -> {
                    try {
                        seen.add(deferred.join());
                    } catch (DeferredFailedException failed) {
                        seen.add(
                                failed instanceof DeferredCancelledException
                                        ? "cancelled"
                                        : failed.getCause().getMessage());
                    } catch (Cancelled c) {
                        cancelled[0]++;
                        throw c;
                    }
                }));
            }
            group.startSoon(ANY_LOOP, () -> give(given, "value", () -> deferred.complete("value")));
            group.startSoon(
                    ANY_LOOP,
                    () -> give(given, "failure", () -> deferred.fail(new IllegalArgumentException("failure"))));
            group.startSoon(ANY_LOOP, () -> {
                deferred.cancel();
                if (deferred.status() == Deferred.Status.CANCELLED) {
                    given.add("cancelled");
                }
            });
            group.startSoon(
                    ANY_LOOP,
                    () -> waiters.forEach(waiter -> {
                        if (random.nextInt(3) == 0) {
                            waiter.cancel();
                            AnyIO.checkpoint();
                        }
                    }));
        });
        assertThat(given).hasSize(1);
        assertThat(seen).hasSize(8 - cancelled[0]).allMatch(given.get(0)::equals);
    }

    private static void give(List<String> given, String what, Runnable giving) {
        try {
            giving.run();
            given.add(what);
        } catch (DeferredAlreadyFinishedException | DeferredCancelledException late) {
            assertThat(late).hasMessageContaining("Deferred 'd'");
        }
    }

    @SimulatedTest
    void aValueMayBeNull() {
        var deferred = Deferred.<String>create();
        deferred.complete(null);
        assertThat(deferred.join()).isNull();
        assertThat(deferred.status()).isEqualTo(Deferred.Status.FINISHED);
        assertThatThrownBy(() -> deferred.complete("again")).isInstanceOf(DeferredAlreadyFinishedException.class);
        assertThat(deferred).hasToString("Deferred[finished]");
    }
}
