package io.anyio.testing.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a JUnit test method that is run by a task in a {@link io.anyio.testing.Simulation}, once for each seed. Each
 * seed has a test instance of its own, and its {@code @BeforeEach} and {@code @AfterEach} methods run in the same task.
 *
 * <pre>{@code
 * @SimulatedTest(seeds = 200)
 * void everyWaiterIsServed() { ... }
 * }</pre>
 *
 * <p>The first seed that fails is the last one tried; with JUnit's parallel execution, seeds that have begun meanwhile
 * end, and the others are skipped. The failure says how to replay it: with the system property {@code anyio.test.seed},
 * the tests run with that seed alone. The property {@code anyio.test.seeds} sets the number of seeds of every test that
 * has more than one.
 *
 * <p>AnyIO has no counterpart; its tests run under {@code @pytest.mark.anyio}, in real time.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(SimulatedTestExtension.class)
@SuppressWarnings("exports") // only tests need JUnit
public @interface SimulatedTest {

    /** Returns the number of seeds, starting at 0. */
    int seeds() default 1;

    /** Returns the number of loops of the simulation. */
    int loops() default 1;

    /** Returns whether a test fails that leaves something behind; see {@link AnyIOTest#leakCheck}. */
    boolean leakCheck() default true;
}
