package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.testsuite.Transport;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that no task runs twice or is lost when the stack of a ready task is dumped, as any thread dump does: this
 * makes the JDK submit the task's continuation a second time.
 */
class StackDumpTest extends GuaranteeTestBase {
    private static final int TASKS = 16;
    private static final int ROUNDS = 3_000;

    private int counter; // plain: tasks exclude each other

    @ParameterizedTest
    @MethodSource("transports")
    void tasksWhoseStacksAreLookedAtStillTakeTurns(Transport transport) throws Exception {
        Queue<Thread> tasks = new ConcurrentLinkedQueue<>();
        var over = new AtomicBoolean();
        var looks = new AtomicInteger();
        Thread dumper = Thread.ofPlatform().daemon().name("dumper").start(() -> {
            while (!over.get()) {
                for (Thread task : tasks) {
                    looks.addAndGet(task.getStackTrace().length);
                }
            }
        });
        try {
            run(
                    transport,
                    () -> TaskGroup.run(group -> {
                        for (int i = 0; i < TASKS; i++) {
                            group.startSoon(() -> {
                                tasks.add(Thread.currentThread());
                                while (looks.get() == 0) {
                                    AnyIO.checkpoint();
                                }
                                for (int round = 0; round < ROUNDS; round++) {
                                    counter++;
                                    AnyIO.checkpoint();
                                }
                            });
                        }
                    }));
        } finally {
            over.set(true);
        }
        dumper.join();
        assertThat(counter).isEqualTo(TASKS * ROUNDS);
    }
}
