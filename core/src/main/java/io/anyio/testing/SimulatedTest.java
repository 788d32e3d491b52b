package io.anyio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a JUnit test whose method is a task in a {@link Simulation}, run once for each seed. A failure names its seed.
 * Needs JUnit's API on the class path.
 *
 * <pre>{@code
 * @SimulatedTest(seeds = 200)
 * void everyWaiterIsServed() { ... }
 * }</pre>
 *
 * <p>AnyIO has no counterpart; its tests run under {@code @pytest.mark.anyio}, in real time.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(SimulatedTestExtension.class)
@SuppressWarnings("exports") // only tests need JUnit
public @interface SimulatedTest {

    /** Returns the number of seeds, starting at 0; if more than 1, the system property {@code seeds} can raise it. */
    int seeds() default 1;

    /** Returns the number of loops of the simulation. */
    int loops() default 1;
}
