package io.anyio.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.loom.VirtualThreads;
import io.anyio.spi.Carrier;
import io.anyio.sync.Event;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

/** Virtual time, seeded order, and clear words when nothing can happen any more. */
class SimulationTest {

    /** A program with timers, events, cancellation and failures, whose trail depends on the order. */
    private static List<String> story(Simulation simulation, List<SimulationReport> reports) {
        var trail = new Trail();
        simulation.withListener(reports::add).run(() -> {
            var event = Event.create();
            var scope = Timeouts.moveOnAfter(
                    Duration.ofMinutes(5),
                    () -> TaskGroup.run(group -> {
                        for (int i = 0; i < 5; i++) {
                            String name = "task" + i;
                            long wait = i;
                            group.startSoon(TaskOptions.named(name), () -> {
                                trail.add(name + " begins");
                                AnyIO.checkpoint();
                                AnyIO.sleep(Duration.ofSeconds(wait % 2));
                                trail.add(name + " slept");
                                event.set();
                                AnyIO.sleepForever();
                            });
                        }
                        event.await();
                        trail.add("event");
                        AnyIO.sleepForever();
                    }));
            trail.add("caught " + scope.cancelledCaught());
        });
        return trail.events();
    }

    @Test
    void theSameSeedGivesTheSameTrailOnBothCarriers() {
        for (int loops = 1; loops <= 3; loops++) {
            Set<List<String>> different = new HashSet<>();
            for (int seed = 0; seed < 50; seed++) {
                List<SimulationReport> reports = new ArrayList<>();
                Simulation simulation = Simulation.DEFAULTS.withSeed(seed).withLoops(loops);
                List<String> first = story(simulation.withCarrier(Carrier.PORTABLE), reports);
                List<String> again = story(simulation.withCarrier(Carrier.PORTABLE), reports);
                assertThat(again).as("seed %d", seed).isEqualTo(first);
                if (VirtualThreads.whyNot().isEmpty()) {
                    List<String> onLoop = story(simulation.withCarrier(Carrier.LOOP), reports);
                    assertThat(onLoop).as("seed %d on the loop carrier", seed).isEqualTo(first);
                }
                assertThat(reports).allMatch(SimulationReport::replayable);
                assertThat(new HashSet<>(reports))
                        .as("reports of seed %d", seed)
                        .hasSize(1);
                different.add(first);
            }
            assertThat(different).as("seeds find different orders").hasSizeGreaterThan(5);
        }
    }

    @SimulatedTest
    void timeJumpsAndNeverRunsByItself() {
        Deadline begin = AnyIO.currentTime();
        AnyIO.sleep(Duration.ofDays(1000));
        assertThat(AnyIO.currentTime().since(begin)).isEqualTo(Duration.ofDays(1000));
        AnyIO.checkpoint();
        assertThat(AnyIO.currentTime().since(begin)).isEqualTo(Duration.ofDays(1000));
    }

    @Test
    void finallyBlocksRunAfterADeadlock() {
        var trail = new Trail();
        assertThatThrownBy(() -> Simulation.DEFAULTS.run(() -> {
                    try {
                        AnyIO.sleepForever();
                    } finally {
                        trail.add("cleaned up");
                    }
                }))
                .isInstanceOf(DeadlockException.class);
        assertThat(trail.events()).containsExactly("cleaned up");
    }

    @Test
    void tasksThatDoNotReactToTheDeadlockAreLeftBehind() {
        assertThatThrownBy(() -> Simulation.DEFAULTS.run(
                        () -> CancelScope.shielded(() -> Event.create().await())))
                .isInstanceOf(DeadlockException.class);
    }

    @Test
    void aTaskThatWaitsOutsideIsAwaitedInRealTimeAndTheRunIsMarked() {
        List<SimulationReport> reports = new ArrayList<>();
        var release = new CountDownLatch(1);
        Simulation.DEFAULTS
                .withListener(reports::add)
                .run(() -> TaskGroup.run(group -> {
                    group.startSoon(TaskOptions.named("outside"), () -> {
                        Thread.ofPlatform().start(release::countDown);
                        release.await();
                    });
                    group.startSoon(TaskOptions.named("inside"), () -> AnyIO.sleep(Duration.ofHours(1)));
                }));
        assertThat(reports.getFirst().elapsed()).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void tasksThatMeetInALockOfTheJdkStayReplayableOnTheLoopCarrier() {
        if (VirtualThreads.whyNot().isPresent()) {
            return; // the portable carrier lends the turn by the real clock
        }
        Set<List<String>> trails = new HashSet<>();
        for (int repeat = 0; repeat < 20; repeat++) {
            var trail = new Trail();
            var lock = new ReentrantLock();
            List<SimulationReport> reports = new ArrayList<>();
            Simulation.DEFAULTS
                    .withSeed(3)
                    .withListener(reports::add)
                    .run(() -> TaskGroup.run(group -> {
                        for (int i = 0; i < 4; i++) {
                            String name = "t" + i;
                            group.startSoon(TaskOptions.named(name), () -> {
                                lock.lock();
                                try {
                                    AnyIO.checkpoint();
                                    AnyIO.checkpoint();
                                    trail.add(name);
                                } finally {
                                    lock.unlock();
                                }
                            });
                        }
                    }));
            assertThat(reports.getFirst().replayable()).isTrue();
            trails.add(trail.events());
        }
        assertThat(trails).hasSize(1);
    }

    @Test
    void theClockStandsUntilItIsNoticedThatAllTasksAreBlocked() {
        for (boolean slices : List.of(true, false)) {
            Simulation simulation = Simulation.DEFAULTS.withSlices(slices).withCarrier(Carrier.PORTABLE);
            simulation.run(() -> TaskGroup.run(group -> {
                Deadline begin = AnyIO.currentTime();
                for (int i = 0; i < 300; i++) { // to look at them takes a while
                    group.startSoon(() -> AnyIO.sleep(Duration.ofSeconds(1)));
                }
                for (int i = 0; i < 1_000; i++) {
                    AnyIO.awaitAllTasksBlocked();
                    assertThat(AnyIO.currentTime()).isEqualTo(begin);
                }
                group.cancel();
            }));
        }
    }
}
