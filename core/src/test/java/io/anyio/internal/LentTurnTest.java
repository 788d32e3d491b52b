package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.diagnostics.WatchdogEvent;
import io.anyio.jdk.JdkOptions;
import io.anyio.spi.Carrier;
import java.lang.reflect.Field;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A turn is passed on before it is reported: the report may fail, or may itself wait for one of the tasks. */
@Tag("once")
class LentTurnTest {

    /** Notes how many tasks the loop had switched to when the watchdog reported. */
    private static final class Notes implements EngineTrace {
        private final CompletableFuture<Long> atTheReport = new CompletableFuture<>();
        private final TaskLoop loop;

        Notes(TaskLoop loop) {
            this.loop = loop;
        }

        @Override
        public void reported(WatchdogEvent event) {
            if (event.kind() == WatchdogEvent.Kind.LENT_TURN) {
                atTheReport.complete(loop.counters.switches);
            }
        }

        @Override
        public void taskStarts(TracedTask task) {}

        @Override
        public @Nullable Object taskBegins() {
            return null;
        }

        @Override
        public void taskEnds(TracedTask task, Object begun, @Nullable Throwable failure) {}

        @Override
        public @Nullable Object suspends() {
            return null;
        }

        @Override
        public void continues(TracedTask task, String cause, Object suspended, boolean aborted) {}

        @Override
        public @Nullable Object rescueBegins(long run, int loop, @Nullable TracedTask pinned, Thread stuck) {
            return null;
        }

        @Override
        public void rescueEnds(Object begun) {}
    }

    private static Notes notesOf(Task task) throws ReflectiveOperationException {
        var notes = new Notes(task.loop());
        Field trace = Run.class.getDeclaredField("trace");
        trace.setAccessible(true);
        trace.set(task.run(), notes);
        return notes;
    }

    @Test
    void theNextTaskHasTheTurnWhenItIsReported() throws Exception {
        AnyIO.run(
                () -> {
                    Notes notes = notesOf(Task.require("test"));
                    long[] before = new long[1];
                    var lent = new CountDownLatch(1);
                    TaskGroup.run(group -> {
                        group.startSoon(TaskOptions.named("waits"), () -> {
                            before[0] = notes.loop.counters.switches;
                            lent.await();
                        });
                        group.startSoon(lent::countDown);
                    });
                    assertThat(AnyIO.<Long>await(notes.atTheReport)).isGreaterThan(before[0]);
                },
                JdkOptions.DEFAULTS.withCarrier(Carrier.PORTABLE));
    }
}
