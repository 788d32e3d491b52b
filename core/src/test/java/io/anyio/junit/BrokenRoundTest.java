package io.anyio.junit;

import static io.anyio.junit.Execution.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.net.Tcp;
import io.anyio.sync.Event;
import io.anyio.testing.StalledException;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import io.anyio.testing.junit.TestResources;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What is reported, and what is still called, when tasks around a test fail, are cancelled, or do not end. */
class BrokenRoundTest {

    static class FailsInBetween {
        @BeforeEach
        void beforeEach(TaskGroup group) {
            group.startSoon(() -> {
                throw new IOException("of the server");
            });
        }

        @SimulatedTest(seeds = 30)
        void test() {
            note("test");
            AnyIO.sleepForever();
        }

        @AfterEach
        void afterEach() {
            AnyIO.checkpoint();
            note("after each");
        }
    }

    /** The first seed that fails is the last, so each seed is executed by itself. */
    @Test
    void aFailureBeforeTheTestMethodFailsTheTestInEveryOrder() {
        int reached = 0;
        for (int seed = 0; seed < 30; seed++) {
            Execution execution = Execution.withProperty(
                    "anyio.test.seed", "" + seed, () -> Execution.on("simulation", FailsInBetween.class));
            assertThat(execution.failure()).isInstanceOf(IOException.class).hasMessage("of the server");
            assertThat(execution.notes()).last().isEqualTo("after each");
            reached += execution.notes().size() - 1;
        }
        assertThat(reached).as("test methods that began before the failure").isBetween(1, 29);
    }

    @AnyIOTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class GroupOfClass {
        private static TaskGroup group;

        @BeforeAll
        static void beforeAll(TaskGroup ofClass) {
            group = ofClass;
        }

        @Test
        @Order(1)
        void present() {
            group.startSoon(() -> {
                throw new IOException("of the class");
            });
            AnyIO.sleepForever();
        }

        @Test
        @Order(2)
        void later() {
            note("later");
        }

        @AfterEach
        void afterEach() {
            AnyIO.checkpoint();
            note("after each");
        }

        @AfterAll
        static void afterAll() {
            AnyIO.checkpoint();
            note("after all");
        }
    }

    @Test
    void aFailureInTheGroupOfTheClassFailsThePresentTestAndThoseAfterIt() {
        for (String backend : List.of("jdk", "simulation")) {
            Execution execution = Execution.on(backend, GroupOfClass.class);
            assertThat(execution.failures()).hasSize(2);
            assertThat(execution.failures().getFirst()).hasMessage("of the class");
            assertThat(execution.failures().getLast()).hasRootCauseMessage("of the class");
            assertThat(execution.containerFailures()).isEmpty();
            assertThat(execution.notes()).containsExactly("after each", "after all");
        }
    }

    @AnyIOTest
    static class CancelsTheClass {
        private static TaskGroup group;

        @BeforeAll
        static void beforeAll(TaskGroup ofClass) {
            group = ofClass;
        }

        @Test
        void test() {
            group.cancel();
            AnyIO.sleepForever();
        }

        @AfterEach
        void afterEach() {
            AnyIO.checkpoint();
            note("after each");
        }
    }

    @Test
    void aTestThatCancelsTheGroupOfItsClassFails() {
        for (String backend : List.of("jdk", "simulation")) {
            Execution execution = Execution.on(backend, CancelsTheClass.class);
            assertThat(execution.failure()).hasMessageContaining("has cancelled the TaskGroup");
            assertThat(execution.notes()).containsExactly("after each");
        }
    }

    @AnyIOTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Blocks {
        private static final CountDownLatch NEVER = new CountDownLatch(1);

        @Test
        @Order(1)
        void blocks() throws InterruptedException {
            NEVER.await();
        }

        @Test
        @Order(2)
        void later() {
            note("later");
        }

        @AfterAll
        static void afterAll() {
            note("after all");
        }
    }

    @Test
    void aTestThatBlocksOutsideOfTheLibraryIsAbandonedInASimulation() {
        Execution execution = Execution.on("simulation", Blocks.class);
        assertThat(execution.failures()).hasSize(2);
        assertThat(execution.failures().getFirst()).isInstanceOf(StalledException.class);
        assertThat(execution.failures().getLast()).hasCauseInstanceOf(StalledException.class);
        assertThat(execution.notes()).containsExactly("after all");
    }

    @AnyIOTest
    static class FailsAround {
        private static Event ending;

        @BeforeAll
        static void beforeAll(TaskGroup group) {
            Event event = Event.create();
            ending = event;
            group.startSoon(() -> {
                event.await();
                throw new IOException("of the server");
            });
        }

        @Nested
        class Inner {
            @Test
            void test() {
                ending.set(); // JUnit's thread submits the next callback while the tasks are cancelled
            }

            @AfterEach
            void afterEach() {
                AnyIO.checkpointIfCancelled();
                note("after each");
            }

            @AfterAll
            static void afterAll() {
                AnyIO.checkpointIfCancelled();
                note("after all");
            }
        }
    }

    @Test
    void cleanUpsAreExecutedThatAreSubmittedWhileTheTasksAreCancelled() {
        for (int i = 0; i < 100; i++) {
            Execution execution = Execution.on("jdk", FailsAround.class);
            assertThat(execution.notes()).containsExactly("after each", "after all");
            List<Throwable> all = new ArrayList<>(execution.failures());
            all.addAll(execution.containerFailures());
            assertThat(all)
                    .isNotEmpty()
                    .allSatisfy(failure -> assertThat(failure).hasMessageContaining("of the server"));
        }
    }

    @AnyIOTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class AbortsOne {
        private static Event reached;

        @BeforeAll
        static void beforeAll(TaskGroup group) {
            Event event = Event.create();
            reached = event;
            group.startSoon(() -> {
                event.await();
                note("the server of the class lives");
            });
        }

        @Test
        @Order(1)
        void aborted() {
            AnyIO.checkpoint();
            abort("not here");
        }

        @Test
        @Order(2)
        void next() {
            reached.set();
            AnyIO.awaitAllTasksBlocked();
            note("next");
        }
    }

    @Test
    void anAbortedTestKeepsTheRoundAlive() {
        for (String backend : List.of("jdk", "simulation")) {
            assertThat(Execution.on(backend, AbortsOne.class).succeeded().notes())
                    .containsExactly("the server of the class lives", "next");
        }
    }

    static class BlocksForLong {
        private static final CountDownLatch NEVER = new CountDownLatch(1);

        @AnyIOTest
        @Timeout(value = 100, unit = TimeUnit.MILLISECONDS)
        void test() throws InterruptedException {
            NEVER.await();
        }

        @AfterEach
        void afterEach() {
            note("after each");
        }
    }

    @Test
    void aTimeOutInterruptsATestThatBlocksOutsideOfTheLibrary() {
        Execution execution = Execution.on("jdk", BlocksForLong.class);
        assertThat(execution.failure()).isInstanceOf(TimeoutException.class);
        assertThat(execution.notes()).containsExactly("after each");
    }

    @AnyIOTest
    static class FailingBeforeAll {
        @BeforeAll
        static void beforeAll() {
            var _ = Tcp.listen("127.0.0.1", 0);
            throw new IllegalStateException("of before all");
        }

        @Test
        void test() {
            note("test");
        }

        @AfterAll
        static void afterAll() {
            note("after all");
        }
    }

    @AnyIOTest
    static class AbortedBeforeAll {
        @BeforeAll
        static void beforeAll() {
            abort("not here");
        }

        @Test
        void test() {
            note("test");
        }
    }

    @Test
    void aFailingBeforeAllFailsItsRound() {
        Execution execution = Execution.on("jdk", FailingBeforeAll.class);
        assertThat(execution.failure()).hasMessage("of before all");
        assertThat(execution.notes()).containsExactly("after all");
        execution = Execution.on("jdk", AbortedBeforeAll.class).succeeded();
        assertThat(execution.notes()).isEmpty();
    }

    @AnyIOTest
    static class Outer {
        @BeforeAll
        static void beforeAll() {
            note("outer before all");
        }

        @Nested
        @AnyIOTest(backends = "jdk")
        class Inner {
            @BeforeAll
            static void beforeAll() {
                note("inner before all on " + AnyIO.currentBackend().orElse("none"));
            }

            @Test
            void test() {
                note("test on " + AnyIO.currentBackend().orElse("none"));
            }
        }

        @Test
        void outer() {
            note("outer on " + AnyIO.currentBackend().orElse("none"));
        }
    }

    @Test
    void aNestedClassCanNarrowTheBackends() {
        assertThat(Execution.of(Outer.class).succeeded().notes())
                .containsExactlyInAnyOrder(
                        "outer before all",
                        "outer before all",
                        "outer on jdk",
                        "outer on simulation",
                        "inner before all on jdk",
                        "test on jdk");
    }

    static class DeletesItsFolder {
        @AnyIOTest
        void test(TestResources resources) throws IOException {
            Files.delete(resources.temporaryFolder());
        }
    }

    @Test
    void aTestMayDeleteItsFolder() {
        Execution.on("jdk", DeletesItsFolder.class).succeeded();
    }

    @Retention(RetentionPolicy.RUNTIME)
    @AnyIOTest(backends = "jdk")
    @interface JdkTest {}

    static class Composed {
        @JdkTest
        void test() {
            note(AnyIO.currentBackend().orElse("none"));
        }
    }

    @Test
    void theAnnotationsCanBeComposed() {
        assertThat(Execution.of(Composed.class).succeeded().notes()).containsExactly("jdk");
    }

    static class Constructor {
        Constructor() {
            note("constructor");
            throw new IllegalStateException("of the constructor");
        }

        @SimulatedTest(seeds = 10)
        void test() {}
    }

    static class Aborted {
        @SimulatedTest(seeds = 10)
        void test() {
            note("test");
            abort("not with this seed");
        }
    }

    @Test
    void aFailureEndsTheSeedsButAnAbortedTestDoesNot() {
        assertThat(Execution.on("simulation", Constructor.class).notes()).hasSize(1);
        assertThat(Execution.withProperty("anyio.test.seeds", "10", () -> Execution.on("simulation", Aborted.class))
                        .notes())
                .hasSize(10);
    }

    static class Waits {
        @SimulatedTest
        void test() {
            Event.create();
        }
    }

    @Test
    void whatCannotBeReadIsAnError() {
        assertThat(Execution.withProperty("anyio.test.seed", "abc", () -> Execution.on("simulation", Waits.class))
                        .failure())
                .hasMessageContaining("anyio.test.seed must be a whole number, not 'abc'");
        assertThat(Execution.on("jkd", Composed.class).failure())
                .hasMessageContaining("anyio.test.backends names an unknown backend: jkd");
    }
}
