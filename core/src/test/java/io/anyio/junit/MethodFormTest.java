package io.anyio.junit;

import static io.anyio.junit.Execution.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ContextVar;
import io.anyio.TaskGroup;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.TestResources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code @AnyIOTest} on a method: a run for each backend, its parameters, and clear words when it cannot work. */
class MethodFormTest {

    static class Lifecycle {
        private static final ContextVar<String> VALUE = ContextVar.create("value", "unset");
        private final List<String> ofInstance = new ArrayList<>();

        @BeforeEach
        void beforeEach() {
            CancelScope.open(scope -> {
                scope.cancel();
                AnyIO.checkpoint();
            });
            VALUE.set("set by before each");
            ofInstance.add("before each");
        }

        @AnyIOTest
        void test() {
            AnyIO.checkpoint();
            note(AnyIO.currentBackend().orElse("none") + ": " + VALUE.get() + ", " + ofInstance);
            VALUE.set("set by the test");
        }

        @AfterEach
        void afterEach() {
            AnyIO.checkpoint();
            note("after each: " + VALUE.get());
        }
    }

    @Test
    void aTestAndItsLifecycleMethodsAreOneTask() {
        assertThat(Execution.on("jdk", Lifecycle.class).succeeded().notes())
                .containsExactly("jdk: set by before each, [before each]", "after each: set by the test");
        assertThat(Execution.of(Lifecycle.class).succeeded().names())
                .hasSize(2)
                .anyMatch(name -> name.startsWith("JdkOptions["))
                .anyMatch(name -> name.startsWith("Simulation[seed 0"));
    }

    static class Parameters {
        private static Path folder;
        private TaskGroup group;

        @BeforeEach
        void beforeEach(TaskGroup group, TestResources resources) throws IOException {
            this.group = group;
            resources.closeAtEnd(
                    () -> note("first is closed on " + AnyIO.currentBackend().orElse("none")));
            resources.closeAtEnd(() -> note("second is closed"));
            folder = resources.temporaryFolder();
            Files.createDirectories(folder.resolve("inner"));
            Files.writeString(folder.resolve("inner/file"), "text");
            group.startSoon(() -> {
                try {
                    AnyIO.sleepForever();
                } catch (Cancelled c) {
                    note("the server is cancelled");
                    throw c;
                }
            });
        }

        @AnyIOTest
        void test(TaskGroup same, TestResources resources) throws IOException {
            assertThat(same).isSameAs(group);
            assertThat(resources.temporaryFolder()).isEqualTo(folder);
            AnyIO.checkpoint();
        }
    }

    @Test
    void whatIsRegisteredIsClosedInReverseOrderAfterTheTasks() {
        for (String backend : List.of("jdk", "simulation")) {
            assertThat(Execution.on(backend, Parameters.class).succeeded().notes())
                    .containsExactly("the server is cancelled", "second is closed", "first is closed on " + backend);
            assertThat(Parameters.folder).doesNotExist();
        }
    }

    static class Background {
        @AnyIOTest
        void fails(TaskGroup group) {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                throw new IOException("of the server");
            });
            AnyIO.sleepForever();
        }

        @AfterEach
        void afterEach() {
            AnyIO.checkpoint();
            note("after each");
        }
    }

    @Test
    void theFailureOfABackgroundTaskFailsTheTestAtOnce() {
        for (String backend : List.of("jdk", "simulation")) {
            Execution execution = Execution.on(backend, Background.class);
            assertThat(execution.failure()).isInstanceOf(IOException.class).hasMessage("of the server");
            assertThat(execution.notes()).containsExactly("after each");
        }
    }

    static class LateBackground {
        @AnyIOTest
        void isOver(TaskGroup group) {
            group.startSoon(() -> {
                throw new AssertionError("after the test method");
            });
        }
    }

    @Test
    void aFailureAfterTheTestMethodFailsTheTestToo() {
        for (String backend : List.of("jdk", "simulation")) {
            assertThat(Execution.on(backend, LateBackground.class).failure()).hasMessage("after the test method");
        }
    }

    static class CancelsItself {
        @AnyIOTest
        void test(TaskGroup group) {
            group.cancel();
            AnyIO.checkpoint();
            note("not reached");
        }

        @AnyIOTest
        void atTheEnd(TaskGroup group) {
            group.cancel();
        }
    }

    @Test
    void aTestThatCancelsItsOwnGroupDoesNotPassUnnoticed() {
        Execution execution = Execution.on("jdk", CancelsItself.class);
        assertThat(execution.failure()).hasMessageContaining("has cancelled the TaskGroup that it was given");
        assertThat(execution.notes()).isEmpty();
        execution.tests().assertStatistics(statistics -> statistics.succeeded(1).failed(1));
    }

    static class ThrowsCancelled {
        @AnyIOTest
        void test() {
            try {
                TaskGroup.run(group -> {
                    group.cancel();
                    AnyIO.checkpoint();
                });
            } finally {
                note("the scope has caught it");
            }
            var thrown = new Cancelled[1];
            CancelScope.open(scope -> {
                scope.cancel();
                try {
                    AnyIO.checkpoint();
                } catch (Cancelled c) {
                    thrown[0] = c;
                    throw c;
                }
            });
            throw thrown[0];
        }
    }

    @Test
    void aCancelledWithoutACancellationIsAFailure() {
        assertThat(Execution.on("jdk", ThrowsCancelled.class).failure()).hasMessageContaining("ended with Cancelled");
    }

    static class Aborts {
        @AnyIOTest
        void test() {
            AnyIO.checkpoint();
            abort("not here");
        }
    }

    @Test
    void anAssumptionAbortsTheTest() {
        Execution.on("jdk", Aborts.class)
                .succeeded()
                .tests()
                .assertStatistics(statistics -> statistics.aborted(1).failed(0));
    }

    static class TimesOut {
        @AnyIOTest(backends = "jdk")
        @Timeout(1)
        void inTheSameThread() {
            AnyIO.sleepForever();
        }

        @AnyIOTest(backends = "jdk")
        @Timeout(value = 100, unit = TimeUnit.MILLISECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
        void inASeparateThread() {
            AnyIO.sleepForever();
        }

        @AfterEach
        void afterEach() {
            AnyIO.checkpoint();
            note("after each");
        }
    }

    @Test
    void aTimeOutCancelsTheTestAndShowsItsTasks() {
        Execution execution = Execution.on("jdk", TimesOut.class);
        assertThat(execution.failures()).hasSize(2).allMatch(failure -> failure instanceof TimeoutException);
        assertThat(execution.failures())
                .anySatisfy(failure -> assertThat(failure.getSuppressed())
                        .anySatisfy(shown ->
                                assertThat(shown).hasMessageContaining("TimesOut.inTheSameThread' waiting in sleep")));
        assertThat(execution.notes()).containsExactly("after each", "after each");
    }

    static class Beside {
        @AnyIOTest
        @RepeatedTest(3)
        void test() {}
    }

    @Test
    void besideAnotherTestAnnotationTheErrorNamesTheClassForm() {
        assertThat(Execution.on("jdk", Beside.class).failure())
                .hasMessageContaining("@AnyIOTest and @RepeatedTest cannot both be on Beside.test")
                .hasMessageContaining("put @AnyIOTest on the class");
    }

    static class Unknown {
        @AnyIOTest(backends = "none")
        void test() {}
    }

    static class NotInstalled {
        @AnyIOTest(backends = "netty")
        void test() {}
    }

    @Test
    void aBackendThatIsMissingIsNamed() {
        assertThat(Execution.on("", Unknown.class).failure()).hasMessageContaining("No such backend: none");
        assertThat(Execution.on("", NotInstalled.class).failure()).hasMessageContaining("io.anyio:anyio-netty");
        assertThat(Execution.on("jdk", Unknown.class).succeeded().names()).isEmpty();
    }
}
