package io.anyio.junit;

import static io.anyio.junit.Execution.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.anyio.AnyIO;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code @AnyIOTest} on methods and nested classes of a class that has it: more rounds, in which only they run. */
class WideningTest {

    /** Returns the backend and the number of loops of the run. */
    private static String round() {
        return AnyIO.currentBackend().orElse("no task") + " "
                + AnyIO.currentRun().loops();
    }

    private static List<String> skipped(Execution execution) {
        return Stream.of(execution.tests(), execution.containers())
                .flatMap(events -> events.skipped().stream())
                .map(event -> event.getTestDescriptor().getDisplayName())
                .toList();
    }

    @AnyIOTest(backends = "jdk")
    static class Widened {
        @BeforeAll
        static void beforeAll() {
            note("before all on " + round());
        }

        @BeforeEach
        void beforeEach() {
            note("before each on " + round());
        }

        @AnyIOTest(backends = {"jdk", "simulation"})
        void wide() {
            note("wide on " + round());
        }

        @Test
        void plain() {
            note("plain on " + round());
        }

        @RepeatedTest(2)
        void repeated() {
            note("repeated on " + round());
        }

        @ParameterizedTest
        @ValueSource(ints = {7, 8})
        void parameterized(int value) {
            note("parameter " + value + " on " + round());
        }

        @TestFactory
        Stream<DynamicTest> factory() {
            return Stream.of(dynamicTest("dynamic", () -> note("dynamic on " + round())));
        }

        @AfterAll
        static void afterAll() {
            note("after all on " + round());
        }
    }

    @Test
    void inARoundThatAMethodAddsOnlyThatMethodRuns() {
        Execution execution = Execution.of(Widened.class).succeeded();
        assertThat(execution.notes().stream().filter(note -> note.endsWith("simulation 1")))
                .containsExactly(
                        "before all on simulation 1",
                        "before each on simulation 1",
                        "wide on simulation 1",
                        "after all on simulation 1");
        assertThat(execution.notes())
                .containsOnlyOnce("before all on jdk 1", "wide on jdk 1", "plain on jdk 1", "dynamic on jdk 1")
                .contains("repeated on jdk 1", "parameter 8 on jdk 1");
        assertThat(skipped(execution))
                .containsExactlyInAnyOrder("plain()", "repeated()", "parameterized(int)", "factory()");
        assertThat(execution.tests().skipped().stream().map(event -> event.getRequiredPayload(String.class)))
                .containsExactly("not for this backend: only tests whose own @AnyIOTest asks for"
                        + " Simulation[seed 0, loops 1] run in this round");
    }

    @Test
    void thePropertyRestrictsAddedRounds() {
        assertThat(Execution.on("jdk", Widened.class).succeeded().notes())
                .hasSize(16)
                .allMatch(note -> note.endsWith("on jdk 1"));
        assertThat(Execution.on("simulation", Widened.class).succeeded().notes())
                .containsExactly(
                        "before all on simulation 1",
                        "before each on simulation 1",
                        "wide on simulation 1",
                        "after all on simulation 1");
        assertThat(Execution.on("netty", Widened.class).succeeded().notes()).isEmpty();
    }

    @Test
    void addedRoundsCanRunInParallel() {
        Execution execution = Execution.with(
                Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.mode.default", "concurrent"),
                "jdk,simulation",
                Widened.class);
        assertThat(execution.succeeded().notes()).hasSize(20).containsOnlyOnce("wide on simulation 1");
    }

    @AnyIOTest(backends = "jdk")
    static class Options {
        @Test
        void plain() {
            note("plain on " + round());
        }

        @AnyIOTest(backends = "jdk?loops=2")
        void two() {
            note("two on " + round());
        }

        @AnyIOTest(backends = {"jdk?loops=3", "jdk?loops=2", "jdk?loops=3"})
        void twoAndThree() {
            note("twoAndThree on " + round());
        }

        @AnyIOTest(backends = "simulation?loops=2&debug=true")
        void simulated() {
            note("simulated on " + round());
        }

        @AnyIOTest(backends = "simulation?loops=2")
        void simulatedToo() {
            note("simulatedToo on " + round());
        }

        @AfterAll
        static void afterAll() {
            note("end of " + round());
        }
    }

    @Test
    void eachSetOfOptionsIsARound() {
        assertThat(Execution.on("", Options.class).succeeded().notes())
                .containsExactlyInAnyOrder(
                        "plain on jdk 1",
                        "end of jdk 1",
                        "two on jdk 2",
                        "twoAndThree on jdk 2",
                        "end of jdk 2",
                        "twoAndThree on jdk 3",
                        "end of jdk 3",
                        "simulated on simulation 2",
                        "end of simulation 2",
                        "simulatedToo on simulation 2",
                        "end of simulation 2");
    }

    @Test
    void optionsInThePropertyReplaceThoseOfTheAnnotations() {
        assertThat(Execution.on("jdk?loops=3,jdk?loops=4", Options.class)
                        .succeeded()
                        .notes())
                .containsExactlyInAnyOrder(
                        "plain on jdk 3",
                        "two on jdk 3",
                        "twoAndThree on jdk 3",
                        "end of jdk 3",
                        "plain on jdk 4",
                        "two on jdk 4",
                        "twoAndThree on jdk 4",
                        "end of jdk 4");
    }

    @AnyIOTest(backends = "jdk")
    static class WithNested {
        @Nested
        class Plain {
            @Test
            void plain() {
                note("plain on " + round());
            }

            @Nested
            class Inner {
                @Test
                void inner() {
                    note("inner on " + round());
                }
            }
        }

        @Nested
        class Mixed {
            @BeforeAll
            static void beforeAll() {
                note("before mixed on " + round());
            }

            @Test
            void stays() {
                note("stays on " + round());
            }

            @AnyIOTest(backends = "simulation")
            void moves() {
                note("moves on " + round());
            }
        }

        @Nested
        @AnyIOTest(backends = "jdk?loops=2")
        class Annotated {
            @BeforeAll
            static void beforeAll() {
                note("before annotated on " + round());
            }

            @Test
            void ofNested() {
                note("ofNested on " + round());
            }

            @AnyIOTest(simulated = false)
            void asNested() {
                note("asNested on " + round());
            }

            @AnyIOTest(backends = "simulation")
            void other() {
                note("other on " + round());
            }
        }
    }

    @Test
    void aNestedClassCanAddRounds() {
        Execution execution = Execution.on("", WithNested.class).succeeded();
        assertThat(execution.notes())
                .containsExactlyInAnyOrder(
                        "plain on jdk 1",
                        "inner on jdk 1",
                        "before mixed on jdk 1",
                        "stays on jdk 1",
                        "before mixed on simulation 1",
                        "moves on simulation 1",
                        "before annotated on jdk 2",
                        "ofNested on jdk 2",
                        "asNested on jdk 2",
                        "before annotated on simulation 1",
                        "other on simulation 1");
        assertThat(skipped(execution))
                .containsExactlyInAnyOrder("Plain", "Plain", "Mixed", "stays()", "ofNested()"); // by round
    }

    @AnyIOTest(backends = {"jdk", "simulation"})
    static class NothingPlain {
        @BeforeAll
        static void beforeAll() {
            note("before all on " + round());
        }

        @AnyIOTest(backends = "jdk")
        void onlyJdk() {
            note("test on " + round());
        }

        @Nested
        class Inner {
            @AnyIOTest(backends = "jdk?loops=2")
            void two() {
                note("inner on " + round());
            }
        }
    }

    @Test
    void aRoundInWhichNothingRunsDoesNotStart() {
        assertThat(Execution.of(NothingPlain.class).succeeded().notes())
                .containsExactlyInAnyOrder(
                        "before all on jdk 1", "test on jdk 1", "before all on jdk 2", "inner on jdk 2");
    }

    @AnyIOTest(simulated = false)
    static class NotSimulated {
        @Test
        void plain() {
            note("plain on " + round());
        }

        @AnyIOTest(backends = "simulation")
        void named() {
            note("named on " + round());
        }

        @AnyIOTest
        void asTheClass() {
            note("asTheClass on " + round());
        }

        @AnyIOTest(
                backends = {"jdk?loops=2", "simulation"},
                simulated = false)
        void namedAndExcluded() {
            note("namedAndExcluded on " + round());
        }
    }

    @Test
    void aMethodCanNameTheSimulationThatItsClassExcludes() {
        assertThat(Execution.of(NotSimulated.class).succeeded().notes())
                .containsExactlyInAnyOrder(
                        "plain on jdk 1", "asTheClass on jdk 1", "namedAndExcluded on jdk 2", "named on simulation 1");
    }

    @Retention(RetentionPolicy.RUNTIME)
    @AnyIOTest(backends = "simulation")
    @interface OnSimulation {}

    interface Contract {
        @OnSimulation
        default void ofInterface() {
            note("ofInterface on " + round());
        }
    }

    @AnyIOTest(backends = "jdk?loops=2")
    abstract static class Base {
        @Test
        void ofBase() {
            note("ofBase on " + round());
        }

        @AnyIOTest(backends = "simulation")
        void added() {
            note("added on " + round());
        }

        @AnyIOTest(backends = "jdk?loops=4")
        void overridden() {
            note("not called");
        }

        @Nested
        class InBase {
            @AnyIOTest(backends = "jdk?loops=3")
            void inner() {
                note("inner on " + round());
            }
        }
    }

    static class Inherits extends Base implements Contract {
        @Override
        @Test
        void overridden() {
            note("overridden on " + round());
        }
    }

    @AnyIOTest(backends = "jdk")
    static class Replaces extends Inherits {}

    @Test
    void inheritedTestsAddRoundsToo() {
        assertThat(Execution.on("", Inherits.class).succeeded().notes())
                .containsExactlyInAnyOrder(
                        "ofBase on jdk 2",
                        "overridden on jdk 2",
                        "added on simulation 1",
                        "ofInterface on simulation 1",
                        "inner on jdk 3");
        assertThat(Execution.on("", Replaces.class).succeeded().notes())
                .containsExactlyInAnyOrder(
                        "ofBase on jdk 1",
                        "overridden on jdk 1",
                        "added on simulation 1",
                        "ofInterface on simulation 1",
                        "inner on jdk 3");
    }

    @AnyIOTest(backends = "jdk")
    static class WithSeeds {
        @SimulatedTest(seeds = 5)
        void seeds() {}

        @AnyIOTest(backends = "simulation")
        void added() {
            note("added on " + round());
        }
    }

    @Test
    void aSimulatedTestIsRefusedOnceAndNotInAddedRounds() {
        Execution execution = Execution.of(WithSeeds.class);
        assertThat(execution.failure()).hasMessageContaining("move the method to a class without @AnyIOTest");
        assertThat(execution.notes()).containsExactly("added on simulation 1");
    }

    @AnyIOTest(backends = "jdk")
    static class Missing {
        @Test
        void plain() {}

        @AnyIOTest(backends = "netty")
        void missing() {}
    }

    @Test
    void aMissingBackendThatAMethodNamesIsAnError() {
        assertThat(Execution.on("", Missing.class).failure()).hasMessageContaining("io.anyio:anyio-netty");
        assertThat(Execution.on("jdk", Missing.class).succeeded().names()).containsExactly("plain()");
    }

    static class InAPlainClass {
        @Nested
        @AnyIOTest(backends = "jdk")
        class Outermost {
            @Test
            void plain() {
                note("plain on " + round());
            }

            @Nested
            class Inner {
                @AnyIOTest(backends = "jdk?loops=2")
                void added() {
                    note("added on " + round());
                }
            }
        }
    }

    @Test
    void theOutermostAnnotatedClassHasTheRounds() {
        assertThat(Execution.on("", InAPlainClass.class).succeeded().notes())
                .containsExactlyInAnyOrder("plain on jdk 1", "added on jdk 2");
    }
}
