package io.anyio.examples.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.testing.ObjectStreamContract;
import io.anyio.testing.Simulation;
import io.anyio.testing.StreamPair;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The tests of docs/testing.md. The test of the docs compares them with the page; here they run. */
class JobQueueTest {

    // begin any-io-test
    @AnyIOTest
    void whatIsSentArrives() {
        try (var jobs = MemoryObjectStream.<String>create(1)) {
            TaskGroup.run(group -> {
                group.startSoon(() -> jobs.sender().send("a job"));
                assertThat(jobs.receiver().receive()).isEqualTo("a job");
            });
        }
    }
    // end any-io-test

    // begin simulated-test
    @SimulatedTest(seeds = 200)
    void everyJobIsDoneOnce() {
        var jobs = MemoryObjectStream.<Integer>create(2);
        List<Integer> done = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int worker = 0; worker < 3; worker++) {
                var mine = jobs.receiver().copy();
                group.startSoon(() -> {
                    try (mine) {
                        for (int job : mine) {
                            AnyIO.sleep(Duration.ofMinutes(job)); // takes no time
                            done.add(job);
                        }
                    }
                });
            }
            jobs.receiver().close();
            try (var sender = jobs.sender()) {
                for (int job = 1; job <= 10; job++) {
                    sender.send(job);
                }
            }
        });
        assertThat(done).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    }
    // end simulated-test

    // begin contract
    @TestFactory
    Stream<DynamicTest> theStreamOfJobsFulfilsTheContract() {
        return ObjectStreamContract.oneWay(
                        () -> {
                            var jobs = MemoryObjectStream.<String>create(1);
                            return new StreamPair<>(jobs.sender(), jobs.receiver());
                        },
                        number -> "job " + number)
                .checks()
                .map(check -> dynamicTest(check.name(), () -> check.runOn(Simulation.DEFAULTS)));
    }
    // end contract
}
