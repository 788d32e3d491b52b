package io.anyio.junit;

import static io.anyio.junit.Execution.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.sync.Event;
import io.anyio.testing.DeadlockException;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import io.anyio.testing.junit.TestResources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** {@code @SimulatedTest}: seeds, their replay, and what a simulation says when a test hangs. */
class SimulatedFormTest {

    static class FailsWithSomeSeeds {
        private final List<String> order = new ArrayList<>();

        @BeforeEach
        void server(TaskGroup group) {
            for (String name : List.of("a", "b", "c")) {
                group.startSoon(TaskOptions.named(name), () -> order.add(name));
            }
            pause();
        }

        @SimulatedTest(seeds = 50)
        void test() {
            AnyIO.sleep(Duration.ofHours(1));
            note(String.join("", order));
            assertThat(order).isNotEqualTo(List.of("c", "b", "a"));
        }

        @AfterEach
        void afterEach() {
            pause();
        }

        /** JUnit's thread takes its time. */
        private static void pause() {
            Thread.onSpinWait();
        }
    }

    @Test
    void theFirstSeedThatFailsIsTheLastAndCanBeReplayed() {
        Execution execution = Execution.on("simulation", FailsWithSomeSeeds.class);
        Throwable failure = execution.failure();
        String replay = failure.getSuppressed()[0].getMessage();
        int seed = execution.notes().size() - 1;
        assertThat(seed).isPositive();
        assertThat(replay)
                .isEqualTo("in a simulation with seed " + seed + "; replay it with -Danyio.test.seed=" + seed);
        assertThat(execution.names()).hasSize(seed + 1).last().isEqualTo("seed " + seed);
        execution.tests().assertStatistics(statistics -> statistics.skipped(0));
        for (int i = 0; i < 10; i++) {
            Execution again = Execution.withProperty(
                    "anyio.test.seed", "" + seed, () -> Execution.on("simulation", FailsWithSomeSeeds.class));
            assertThat(again.notes()).containsExactly("cba");
            assertThat(again.failure().getSuppressed()[0]).hasMessage(replay);
        }
    }

    static class AlwaysFails {
        @SimulatedTest(seeds = 200)
        void test() {
            throw new IllegalStateException("with every seed");
        }
    }

    @Test
    void inParallelTheSeedsAfterAFailureAreSkipped() {
        Execution execution = Execution.with(
                Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.mode.default", "concurrent",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.executor-service", "WORKER_THREAD_POOL",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "4"),
                "simulation",
                AlwaysFails.class);
        assertThat(execution.failures()).hasSizeBetween(1, 20).hasSameSizeAs(execution.names());
        assertThat(execution.tests().skipped().stream().map(event -> event.getRequiredPayload(String.class)))
                .allMatch("another seed has failed"::equals);
    }

    static class Counted {
        @SimulatedTest(seeds = 3)
        void several() {
            note("several");
        }

        @SimulatedTest
        void one() {
            note("one");
        }
    }

    @Test
    void thePropertySetsTheNumberOfSeeds() {
        Execution execution =
                Execution.withProperty("anyio.test.seeds", "20", () -> Execution.on("simulation", Counted.class));
        assertThat(execution.succeeded().notes()).hasSize(21).containsOnlyOnce("one");
        assertThat(Execution.withProperty("anyio.test.seeds", null, () -> Execution.on("simulation", Counted.class))
                        .notes())
                .hasSize(4);
        assertThat(Execution.withProperty("anyio.test.seeds", "2", () -> Execution.on("simulation", Counted.class))
                        .notes())
                .hasSize(3);
    }

    static class Hangs {
        @SimulatedTest(seeds = 5)
        void test(TaskGroup group) {
            var event = Event.create();
            group.startSoon(TaskOptions.named("waits too"), event::await);
            event.await();
        }

        @AfterEach
        void afterEach() {
            AnyIO.sleep(Duration.ofDays(1));
            note("after each");
        }
    }

    @Test
    void aHangIsReportedWithTheTasksAtOnce() {
        Execution execution = Execution.on("simulation", Hangs.class);
        assertThat(execution.failure())
                .isInstanceOf(DeadlockException.class)
                .hasMessageContaining("'Hangs.test' waiting in Event.await")
                .hasMessageContaining("'waits too' waiting in Event.await");
        assertThat(execution.notes()).containsExactly("after each");
    }

    @AnyIOTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class HangsInAClass {
        @Test
        @Order(1)
        void first() {
            note("first");
        }

        @Test
        @Order(2)
        void hangs() {
            Event.create().await();
        }

        @Test
        @Order(3)
        void later() {
            note("later");
        }

        @AfterAll
        static void afterAll() {
            AnyIO.checkpoint();
            note("after all");
        }
    }

    @Test
    void afterAHangTheOtherTestsOfTheClassSayWhyTheyCannotRun() {
        Execution execution = Execution.on("simulation", HangsInAClass.class);
        assertThat(execution.failures()).hasSize(2);
        assertThat(execution.failures().getFirst()).isInstanceOf(DeadlockException.class);
        assertThat(execution.failures().getLast())
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(DeadlockException.class);
        assertThat(execution.containerFailures()).isEmpty();
        assertThat(execution.notes()).containsExactly("first", "after all");
    }

    /** JUnit's thread waits for longer than a simulation waits for progress. */
    @AnyIOTest(backends = "simulation")
    static class SlowOutside {
        private static final CountDownLatch NEVER = new CountDownLatch(1);
        private final Deadline[] begin = new Deadline[1];

        /** Constructors are called by JUnit's thread. */
        SlowOutside() throws InterruptedException {
            assertThat(AnyIO.currentBackend()).isEmpty();
            assertThat(NEVER.await(5_500, TimeUnit.MILLISECONDS)).isFalse();
        }

        @BeforeEach
        void beforeEach(TaskGroup group, TestResources resources) {
            begin[0] = AnyIO.currentTime();
            group.startSoon(() -> AnyIO.sleep(Duration.ofSeconds(1)));
            resources.closeAtEnd(
                    () -> note("closed after " + AnyIO.currentTime().since(begin[0])));
        }

        @Test
        void test() {
            assertThat(AnyIO.currentTime()).isEqualTo(begin[0]);
            AnyIO.sleep(Duration.ofHours(1));
        }
    }

    @Test
    void theClockStandsWhileJUnitIsBetweenTwoCallbacks() {
        assertThat(Execution.on("simulation", SlowOutside.class).succeeded().notes())
                .containsExactly("closed after PT1H");
    }

    @AnyIOTest
    static class InAClass {
        @SimulatedTest
        void test() {}
    }

    @Test
    void aSimulatedTestInAnAnyIOTestClassIsRefused() {
        assertThat(Execution.on("jdk", InAClass.class).failure())
                .hasMessageContaining("move the method to a class without @AnyIOTest");
    }
}
