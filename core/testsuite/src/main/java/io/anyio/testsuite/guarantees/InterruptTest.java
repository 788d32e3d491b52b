package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import io.anyio.testsuite.Transport;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that a task with a set interrupt status, with which the JDK's park returns immediately, sleeps at no cost. */
class InterruptTest extends GuaranteeTestBase {
    private static final Duration NAP = Duration.ofMillis(200);
    private static final long LITTLE_NANOS = 60_000_000; // a task that spins during the sleep uses all 200 ms of it

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    /** Returns the processor time of Java threads, including those that carry virtual threads. */
    private long cpuNanos() {
        long sum = 0;
        for (long id : threads.getAllThreadIds()) {
            sum += Math.max(0, threads.getThreadCpuTime(id));
        }
        return sum;
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aSleepWithTheStatusSetCostsNoCpuAndKeepsIt(Transport transport) throws Exception {
        run(transport, () -> {
            Thread.currentThread().interrupt();
            AnyIO.checkpoint();
            long before = cpuNanos();
            AnyIO.sleep(NAP);
            assertThat(cpuNanos() - before).isLessThan(LITTLE_NANOS);
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void anInterruptDuringAWaitNeitherEndsItNorGetsLost(Transport transport) throws Exception {
        run(transport, () -> {
            var event = Event.create();
            Thread waiter = Thread.currentThread();
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    waiter.interrupt();
                    AnyIO.checkpoint();
                    AnyIO.sleep(Duration.ofMillis(1));
                    event.set();
                });
                event.await();
                assertThat(event.isSet()).isTrue();
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            });
            assertThat(Thread.interrupted()).isTrue();
        });
    }
}
