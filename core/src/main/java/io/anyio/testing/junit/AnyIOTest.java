package io.anyio.testing.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Marks a JUnit test that is run by a task, once on each backend and transport that is available.
 *
 * <p>AnyIO: {@code @pytest.mark.anyio}.
 *
 * <p>On a method, each invocation is a run of its own, with the {@code @BeforeEach} and {@code @AfterEach} methods:
 *
 * <pre>{@code
 * @AnyIOTest
 * void sleepsForAWhile() {
 *     AnyIO.sleep(Duration.ofMillis(1));
 * }
 * }</pre>
 *
 * <p>On a class, there is one round for each backend, and each round is a run with all tests of the class and all
 * lifecycle methods. {@code @Test}, {@code @ParameterizedTest}, {@code @RepeatedTest}, {@code @TestFactory} and
 * {@code @Nested} work inside.
 *
 * <pre>{@code
 * @AnyIOTest
 * class EchoTest {
 *     private int port;
 *
 *     @BeforeEach
 *     void start(TaskGroup group, TestResources resources) {
 *         var listener = resources.closeAtEnd(Tcp.listen("127.0.0.1", 0));
 *         port = listener.port();
 *         group.startSoon(() -> listener.serve(stream -> stream.send(stream.receive())));
 *     }
 *
 *     @Test
 *     void echoes() { ... }
 * }
 * }</pre>
 *
 * <p>On a method or a {@code @Nested} class of such a class, the annotation replaces that of the class. If its
 * {@link #backends} is empty, it is for those of the class. A backend, or a set of options, that the class leaves out
 * gets a round of its own, with the lifecycle methods of the class and only the tests that ask for it; the others are
 * reported as skipped. A round for which there is no test does not begin.
 *
 * <p>The methods of one test run in one task, so that context variables and held locks span them. The tasks of a test
 * descend from the task of its class. Constructors, initializers of fields and the stream of a {@code @TestFactory} are
 * evaluated outside of tasks, as are, with the annotation on a method, {@code @BeforeAll} and {@code @AfterAll}.
 *
 * <p>The simulation is one of the backends; {@link SimulatedTest} runs on it alone. The carrier is that of the JVM: run
 * the suite in one JVM with the flag and in one without.
 *
 * <p>The system property {@code anyio.test.backends} restricts the backends of all tests: names separated by commas,
 * each perhaps with options, as in {@code jdk?loops=2,simulation}. A test for none of them does not run. Options in the
 * property replace those of the annotations; a backend that is named with several options runs every test with each.
 */
@Documented
@Inherited
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ClassTemplate
@ExtendWith(AnyIOTestExtension.class)
@SuppressWarnings("exports") // only tests need JUnit
public @interface AnyIOTest {

    /**
     * Returns the backends to run on; if empty, all available ones, or those of the class around. A name, such as
     * {@code netty}, stands for every variant of the backend, such as NIO and epoll. With options it stands for one:
     * {@code netty?transport=nio&loops=2}.
     */
    String[] backends() default {};

    /**
     * Returns whether the test runs on the simulation too; {@code false} for tests with threads of their own. With
     * {@code false}, {@link #backends} is read without the simulation. A method can name the simulation although its
     * class excludes it: {@code @AnyIOTest(backends = "simulation")}.
     */
    boolean simulated() default true;

    /**
     * Returns whether a test fails that leaves a stream, a listener, a call of a worker, a buffer or a task of its own
     * behind. A method or a nested class can turn the check off, but not on again.
     */
    boolean leakCheck() default true;
}
