package io.anyio.junit;

import static io.anyio.junit.Execution.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.AnyIO;
import io.anyio.ContextVar;
import io.anyio.TaskGroup;
import io.anyio.testing.junit.AnyIOTest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code @AnyIOTest} on a class: a round for each backend, with all that JUnit offers inside. */
class ClassFormTest {

    private static String backend() {
        return AnyIO.currentBackend().orElse("no task");
    }

    @AnyIOTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class AllKinds {
        private static final ContextVar<String> OF_CLASS = ContextVar.create("of class", "unset");
        private static final ContextVar<String> OF_TEST = ContextVar.create("of test", "unset");

        @BeforeAll
        static void beforeAll() {
            note("before all on " + backend());
            OF_CLASS.set("set");
        }

        @BeforeEach
        void beforeEach() {
            note("before each on " + backend() + ", " + OF_CLASS.get() + ", " + OF_TEST.get());
            OF_TEST.set("set");
        }

        @Test
        @Order(1)
        void test() {
            AnyIO.checkpoint();
            note("test on " + backend() + ", " + OF_CLASS.get() + ", " + OF_TEST.get());
        }

        @ParameterizedTest
        @ValueSource(ints = {7, 8})
        @Order(2)
        void parameterized(int value) {
            AnyIO.checkpoint();
            note("parameter " + value + " on " + backend());
        }

        @RepeatedTest(2)
        @Order(3)
        void repeated() {
            note("repeated on " + backend());
        }

        @TestFactory
        @Order(4)
        Stream<DynamicTest> factory() {
            note("factory on " + backend());
            return Stream.of(dynamicTest("dynamic", () -> note("dynamic on " + backend())));
        }

        @AfterEach
        void afterEach() {
            note("after each, " + OF_TEST.get());
        }

        @AfterAll
        static void afterAll() {
            note("after all on " + backend());
        }
    }

    @Test
    void everyKindOfTestRunsInTheTaskOfItsClass() {
        Execution execution = Execution.of(AllKinds.class).succeeded();
        assertThat(execution.notes().stream().filter(note -> note.endsWith("jdk")))
                .containsExactly(
                        "before all on jdk",
                        "parameter 7 on jdk",
                        "parameter 8 on jdk",
                        "repeated on jdk",
                        "repeated on jdk",
                        "factory on jdk",
                        "dynamic on jdk",
                        "after all on jdk");
        assertThat(execution.notes())
                .containsOnlyOnce("before all on simulation", "after all on simulation")
                .contains(
                        "before each on jdk, set, unset",
                        "test on jdk, set, set",
                        "before each on simulation, set, unset",
                        "test on simulation, set, set")
                .doesNotContain("after each, unset")
                .noneMatch(note -> note.contains("no task"));
        assertThat(execution.containers().started().stream()
                        .map(event -> event.getTestDescriptor().getDisplayName()))
                .anyMatch(name -> name.startsWith("Simulation[seed 0"))
                .anyMatch(name -> name.startsWith("JdkOptions["));
    }

    @AnyIOTest
    static class Outer {
        private static final ContextVar<String> NESTING = ContextVar.create("nesting", "none");

        @BeforeAll
        static void beforeAll(TaskGroup group) {
            NESTING.set("outer");
            note("outer group is open: " + !group.cancelScope().cancelCalled());
        }

        @Test
        void outer() {
            note("outer sees " + NESTING.get());
        }

        @Nested
        class Inner {
            @BeforeAll
            static void beforeAll() {
                NESTING.set(NESTING.get() + ", inner");
            }

            @Test
            void inner() {
                note("inner sees " + NESTING.get());
            }
        }
    }

    @Test
    void nestedClassesAreTasksInTheGroupOfTheirClass() {
        assertThat(Execution.on("jdk", Outer.class).succeeded().notes())
                .containsExactly("outer group is open: true", "outer sees outer", "inner sees outer, inner");
    }

    @AnyIOTest
    static class WithParameters {
        @BeforeAll
        static void beforeAll() {
            note("outer before all");
        }

        @Nested
        @ParameterizedClass
        @ValueSource(strings = {"a", "b"})
        class Inner {
            @Parameter
            String value;

            @BeforeAll
            static void beforeAll() {
                note("inner before all");
            }

            @Test
            void test() {
                note(value + " on " + backend());
            }
        }
    }

    @AnyIOTest
    @ParameterizedClass
    @ValueSource(strings = {"a", "b"})
    static class BothOnOneClass {
        @Parameter
        String value;

        @Test
        void test() {
            note(value);
        }
    }

    @Test
    void aNestedClassCanHaveParameters() {
        assertThat(Execution.on("jdk", WithParameters.class).succeeded().notes())
                .containsExactly("outer before all", "inner before all", "a on jdk", "b on jdk");
        assertThat(Execution.on("jdk", BothOnOneClass.class).failure())
                .hasMessageContaining("@AnyIOTest and @ParameterizedClass cannot both be on BothOnOneClass");
    }

    @AnyIOTest
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class OneInstance {
        private int count;

        @BeforeAll
        void beforeAll() {
            note("before all on " + backend());
        }

        @Test
        @Order(1)
        void first() {
            note("count " + ++count);
        }

        @Test
        @Order(2)
        void second() {
            note("count " + ++count);
        }
    }

    @Test
    void oneInstanceCanServeAllTestsOfARound() {
        assertThat(Execution.on("jdk", OneInstance.class).succeeded().notes())
                .containsExactly("before all on jdk", "count 1", "count 2");
    }

    @AnyIOTest(backends = {"jdk", "simulation"})
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Narrowed {
        @AnyIOTest(backends = "jdk")
        @Order(1)
        void onlyJdk() {
            note("only jdk on " + backend());
        }

        @AnyIOTest(simulated = false)
        @Order(2)
        void notSimulated() {
            note("not simulated on " + backend());
        }

        @Test
        @Order(3)
        void both() {
            note("both on " + backend());
        }
    }

    @Test
    void aMethodCanNarrowTheBackendsOfItsClass() {
        assertThat(Execution.of(Narrowed.class).succeeded().notes())
                .containsExactlyInAnyOrder(
                        "only jdk on jdk", "not simulated on jdk", "both on jdk", "both on simulation");
    }

    @AnyIOTest
    static class Parallel {
        private static final Map<String, AtomicInteger> ARRIVED = new ConcurrentHashMap<>();

        @BeforeEach
        void beforeEach() {
            AnyIO.checkpoint();
        }

        @RepeatedTest(20)
        void repeated() {
            AnyIO.checkpoint();
            note(backend());
        }

        @Test
        void one() {
            meet();
        }

        @Test
        void other() {
            meet();
        }

        /** Waits for the other test of the same round. */
        private static void meet() {
            AtomicInteger arrived = ARRIVED.computeIfAbsent(backend(), _ -> new AtomicInteger());
            arrived.incrementAndGet();
            long begin = System.nanoTime();
            while (arrived.get() < 2 && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(30)) {
                AnyIO.checkpoint();
            }
            note(arrived.get() == 2 ? "met" : "alone");
        }
    }

    @Test
    void testsOfARoundCanRunInParallel() {
        Execution execution = Execution.with(
                Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.mode.default", "concurrent",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "4"),
                "jdk,simulation",
                Parallel.class);
        assertThat(execution.succeeded().notes()).hasSize(44).doesNotContain("alone");
    }

    @AnyIOTest(backends = "jdk?loops=2")
    static class WithOptions {
        @Test
        void loops() {
            note("loops " + AnyIO.currentRun().loops());
        }
    }

    @Test
    void aBackendCanHaveOptions() {
        assertThat(Execution.on("", WithOptions.class).succeeded().notes()).containsExactly("loops 2");
        assertThat(Execution.on("jdk?loops=3", WithOptions.class).succeeded().notes())
                .containsExactly("loops 3");
        assertThat(Execution.on("simulation", WithOptions.class).succeeded().notes())
                .isEmpty();
        assertThat(List.of(
                        Execution.on("jdk?loops", WithOptions.class).failure().getMessage()))
                .first()
                .asString()
                .contains("write options as in jdk?loops=2");
    }
}
