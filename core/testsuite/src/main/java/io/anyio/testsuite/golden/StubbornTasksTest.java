package io.anyio.testsuite.golden;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import io.anyio.testing.junit.AnyIOTest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tests that a task which swallows every cancellation and continues does not monopolize its loop, as on AnyIO. */
class StubbornTasksTest {
    private static final int MANY = 1000;

    @AnyIOTest
    void checkpoint() {
        letsOthersRun(AnyIO::checkpoint);
    }

    @AnyIOTest
    void checkpointIfCancelled() {
        letsOthersRun(AnyIO::checkpointIfCancelled);
    }

    @AnyIOTest
    void sleep() {
        letsOthersRun(() -> AnyIO.sleep(Duration.ofHours(1)));
    }

    @AnyIOTest
    void waitingForAnEvent() {
        letsOthersRun(Event.create()::await);
    }

    @AnyIOTest
    void acquiring() {
        letsOthersRun(Lock.fast()::acquire);
        letsOthersRun(Semaphore.fast(1)::acquire);
        letsOthersRun(CapacityLimiter.create(1)::acquire);
    }

    @AnyIOTest(leakCheck = false)
    void memoryObjectStreams() {
        MemoryObjectStream<String> stream = MemoryObjectStream.create(1);
        letsOthersRun(stream.receiver()::receive);
        letsOthersRun(() -> stream.sender().send("item"));
    }

    private static void letsOthersRun(Block<RuntimeException> call) {
        var stop = new AtomicBoolean();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                int swallowed = 0;
                while (!stop.get() && swallowed < MANY) {
                    try {
                        call.run();
                    } catch (Cancelled _) {
                        swallowed++;
                    }
                }
                assertThat(stop).as("the other task has run").isTrue();
            });
            group.startSoon(() -> stop.set(true));
            group.cancel();
        });
    }
}
