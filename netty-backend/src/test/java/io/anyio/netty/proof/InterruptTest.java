package io.anyio.netty.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.netty.Transport;
import io.anyio.sync.Event;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A set interrupt status makes the JDK's park return at once: a task sleeps with it all the same, and at no cost. */
class InterruptTest extends Proof {
    private static final Duration NAP = Duration.ofMillis(200);
    private static final long LITTLE_NANOS = 60_000_000; // a task that spins through the nap takes all 200 ms of it

    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

    /** What the threads of Java code have used, those that carry virtual threads included. */
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
