package io.anyio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a JUnit test whose method is a task, run once on each backend and transport that is available.
 *
 * <p>AnyIO: {@code @pytest.mark.anyio}.
 *
 * <pre>{@code
 * @AnyIOTest
 * void sleepsForAWhile() {
 *     AnyIO.sleep(Duration.ofMillis(1));
 * }
 * }</pre>
 *
 * The simulation is one of the backends; {@link SimulatedTest} runs on it alone. The carrier is that of the JVM: run
 * the suite in one JVM with the flag and in one without. Needs JUnit's API on the class path.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(AnyIOTestExtension.class)
@SuppressWarnings("exports") // only tests need JUnit
public @interface AnyIOTest {

    /** Returns the names of the backends to run on; if empty, all available ones. */
    String[] backends() default {};

    /** Returns whether the test runs on the simulation too; {@code false} for tests with threads of their own. */
    boolean simulated() default true;
}
