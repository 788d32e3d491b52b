package io.anyio.junit;

import static io.anyio.junit.Execution.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.testing.junit.AnyIOTest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code @Timeout} on the lifecycle methods of a class with {@code @AnyIOTest}, which JUnit does not call. */
class LifecycleTimeoutTest {

    @AnyIOTest
    static class TimesOutBefore {
        @BeforeAll
        @Timeout(value = 100, unit = TimeUnit.MILLISECONDS)
        static void beforeAll() {
            try {
                while (true) { // the clock of a simulation stands
                    AnyIO.checkpoint();
                }
            } catch (Cancelled c) {
                throw new IllegalStateException("while cancelled", c);
            }
        }

        @Test
        void test() {
            note("not reached");
        }

        @AfterAll
        static void afterAll() {
            AnyIO.checkpoint();
            note("after all on " + AnyIO.currentBackend().orElse("no task"));
        }
    }

    @AnyIOTest(backends = "jdk")
    static class TimesOutAfter {
        @Test
        void test() {
            note("test");
        }

        @AfterAll
        @Timeout(1)
        static void afterAll() {
            AnyIO.sleepForever();
        }
    }

    @AnyIOTest
    static class InTime {
        @BeforeAll
        @Timeout(60)
        static void beforeAll() {
            AnyIO.checkpoint();
        }

        @Test
        void test() {
            note("test on " + AnyIO.currentBackend().orElse("no task"));
        }
    }

    @Test
    void aTimeoutBoundsTheLifecycleMethodsOfARound() {
        Execution before = Execution.of(TimesOutBefore.class);
        assertThat(before.containerFailures())
                .hasSize(2)
                .allSatisfy(failure -> assertThat(failure)
                        .isInstanceOf(TimeoutException.class)
                        .hasMessageStartingWith("TimesOutBefore.beforeAll has not ended within 100 ms")
                        .hasMessageContaining("'TimesOutBefore'"))
                .allSatisfy(failure -> assertThat(failure.getSuppressed()[0]).hasMessage("while cancelled"));
        assertThat(before.notes()).containsExactlyInAnyOrder("after all on jdk", "after all on simulation");
        Execution after = Execution.of(TimesOutAfter.class);
        assertThat(after.failure())
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("'TimesOutAfter' waiting in sleep");
        assertThat(after.notes()).containsExactly("test");
        assertThat(Execution.of(InTime.class).succeeded().notes())
                .containsExactlyInAnyOrder("test on jdk", "test on simulation");
    }
}
