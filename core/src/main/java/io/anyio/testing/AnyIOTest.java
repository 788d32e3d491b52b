package io.anyio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A JUnit test whose method is a task, run once on each backend and transport that is available here.
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
 * The simulation is among them; {@link SimulatedTest} runs on it alone. The carrier is the JVM's: run the suite in a
 * JVM with the flag and in one without. Needs JUnit's API on the class path.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(AnyIOTestExtension.class)
@SuppressWarnings("exports") // JUnit is there for those who write tests, and for nobody else
public @interface AnyIOTest {

    /** The backends to run on, by name; all that are available when empty. */
    String[] backends() default {};
}
