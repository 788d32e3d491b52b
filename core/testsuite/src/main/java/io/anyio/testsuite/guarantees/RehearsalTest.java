package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.ContextPropagation;
import io.anyio.TaskGroup;
import io.anyio.spi.ContextPropagator;
import io.anyio.testsuite.BackendUnderTest;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The tasks with which the engine warms itself up while the first tasks of a JVM begin are invisible. */
class RehearsalTest extends GuaranteeTestBase {
    private static final int TASKS = 5_000; // there is a rehearsal after each 1,024

    @Test
    void noContextPropagatorSeesTheirTasks() throws Exception {
        try (var program = new JvmProcess(ManyTasks.class, List.of())) {
            assertThat(program.allSaid()).containsExactly(String.valueOf(TASKS + 1));
        }
    }

    /** Starts many tasks, and prints how often the context propagator was asked. */
    static final class ManyTasks {
        private ManyTasks() {}

        public static void main(String[] arguments) {
            var asked = new AtomicInteger();
            ContextPropagation.register(new ContextPropagator() {
                @Override
                public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
                    asked.incrementAndGet();
                    return code;
                }
            });
            AnyIO.run(
                    () -> TaskGroup.run(group -> {
                        for (int i = 0; i < TASKS; i++) {
                            group.startSoon(() -> {});
                            AnyIO.checkpoint();
                        }
                    }),
                    BackendUnderTest.get().options());
            JvmProcess.say(asked.get());
        }
    }
}
