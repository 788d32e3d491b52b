package io.anyio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test whose method is a task in a {@link Simulation}, once for each seed. A failure names its seed. Needs
 * JUnit's API on the class path.
 *
 * <pre>{@code
 * @SimulatedTest(seeds = 200)
 * void nobodyIsForgotten() { ... }
 * }</pre>
 *
 * <p>AnyIO has no counterpart; its tests run under {@code @pytest.mark.anyio}, in real time.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Test
@ExtendWith(SimulatedTestExtension.class)
@SuppressWarnings("exports") // JUnit is there for those who write tests, and for nobody else
public @interface SimulatedTest {

    /** How many seeds to try, from 0; the system property {@code seeds} asks for more. */
    int seeds() default 1;

    /** How many loops the simulation has. */
    int loops() default 1;
}
