package io.anyio.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.ExceptionGroup;
import io.anyio.TaskOptions;
import io.anyio.testing.junit.SimulatedTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** A task without a value for each item. */
class ForEachTest {

    @SimulatedTest(seeds = 20)
    void eachItemHasATaskAndTheCallEndsAfterAll() {
        List<Integer> done = new ArrayList<>();
        Tasks.forEach(List.of(1, 2, 3), item -> {
            AnyIO.sleep(Duration.ofMillis(4 - item));
            done.add(item);
        });
        assertThat(done).containsExactly(3, 2, 1);
        Tasks.forEach(List.<Integer>of(), done::add);
        assertThat(done).hasSize(3);
    }

    @SimulatedTest(seeds = 20)
    void noMoreTasksThanTheLimitRunAtATime() {
        var running = new AtomicInteger();
        List<Integer> seen = new ArrayList<>();
        MapOptions two = MapOptions.DEFAULTS.withLimit(2).withTasks(TaskOptions.DEFAULTS.withName("item"));
        Tasks.forEach(two, IntStream.range(0, 10).boxed().toList(), item -> {
            seen.add(running.incrementAndGet());
            assertThat(AnyIO.currentTask().name()).isEqualTo("item[" + item + "]");
            AnyIO.sleep(Duration.ofMillis(1));
            running.decrementAndGet();
        });
        assertThat(seen).hasSize(10).contains(2).allMatch(n -> n <= 2);
    }

    @SimulatedTest
    void aFailureCancelsTheOthersAndLeavesAsAGroup() {
        List<String> cancelled = new ArrayList<>();
        var thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> Tasks.forEach(List.of("waits", "fails"), item -> {
                    if (item.equals("fails")) {
                        throw new IOException("boom");
                    }
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        cancelled.add(item);
                    }
                }));
        assertThat(thrown.exceptions()).singleElement().isInstanceOf(IOException.class);
        assertThat(cancelled).containsExactly("waits");
    }

    @SimulatedTest
    void anEndlessSourceEndsWithTheScopeAround() {
        Iterable<Integer> endless = () -> IntStream.iterate(0, n -> n + 1).iterator();
        List<Integer> done = new ArrayList<>();
        CancelScope scope =
                CancelScope.open(around -> Tasks.forEach(MapOptions.DEFAULTS.withLimit(1), endless, item -> {
                    done.add(item);
                    if (item == 100) {
                        around.cancel();
                    }
                }));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(done).hasSize(101);
    }

    @SimulatedTest
    void anUnlimitedNumberOfTasksIsSpelledOut() {
        assertThat(MapOptions.DEFAULTS.limit()).isEqualTo(MapOptions.UNLIMITED);
        assertThat(MapOptions.DEFAULTS.withLimit(8).withLimit(MapOptions.UNLIMITED))
                .hasToString(MapOptions.DEFAULTS.toString());
        assertThat(MapOptions.DEFAULTS.toString()).contains("unlimited");
        assertThat(MapOptions.DEFAULTS.withLimit(8).toString()).contains("limit 8");
    }
}
