package io.anyio.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskCancelledException;
import io.anyio.testing.junit.SimulatedTest;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/** A function that throws a cancellation which no scope around it has asked for. */
class ForeignCancellationTest {

    private static Cancelled kept() {
        var kept = new AtomicReference<Cancelled>();
        CancelScope.open(scope -> {
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (Cancelled c) {
                kept.set(c);
                throw c;
            }
        });
        return kept.get();
    }

    @SimulatedTest(seeds = 20)
    void itIsToldWithAndWithoutALimit() {
        Cancelled foreign = kept();
        MapFunction<Integer, Integer> function = item -> {
            if (item == 1) {
                throw foreign;
            }
            return item;
        };
        for (MapOptions options : List.of(MapOptions.DEFAULTS, MapOptions.DEFAULTS.withLimit(1))) {
            assertThatThrownBy(() -> Tasks.map(options, List.of(0, 1, 2, 3), function))
                    .as(options.toString())
                    .isInstanceOf(TaskCancelledException.class);
        }
        AnyIO.checkpoint(); // this task was not cancelled
        assertThat(Tasks.map(MapOptions.DEFAULTS.withLimit(1), List.of(5), function))
                .containsExactly(5);
    }
}
