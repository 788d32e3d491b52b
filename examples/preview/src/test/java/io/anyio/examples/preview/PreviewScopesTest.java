package io.anyio.examples.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.spi.Carrier;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.StructuredTaskScope;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Structured task scopes of the JDK inside tasks, on both carriers. */
class PreviewScopesTest {

    @ParameterizedTest
    @ValueSource(strings = {"netty", "jdk"})
    void otherTasksRunWhileTheScopeIsJoined(String backend) throws Exception {
        AnyIO.run(
                () -> {
                    assertThat(AnyIO.currentRun().carrier())
                            .isEqualTo(
                                    System.getProperty("anyio.test.carrier").equals("loop")
                                            ? Carrier.LOOP
                                            : Carrier.PORTABLE);
                    var other = new CountDownLatch(1);
                    TaskGroup.run(group -> {
                        group.startSoon(other::countDown);
                        Callable<String> waiting = () -> {
                            other.await();
                            return "waited";
                        };
                        assertThat(PreviewScopes.all(List.of(waiting, () -> "x")))
                                .containsExactly("waited", "x");
                    });
                },
                backend);
    }

    @ParameterizedTest
    @ValueSource(strings = {"netty", "jdk"})
    void aForkedThreadIsNoTask(String backend) throws Exception {
        AnyIO.run(
                () -> assertThatThrownBy(() -> PreviewScopes.all(List.of(() -> {
                            AnyIO.checkpoint();
                            return "x";
                        })))
                        .isInstanceOf(StructuredTaskScope.FailedException.class)
                        .hasCauseInstanceOf(NoEventLoopException.class),
                backend);
    }

    @ParameterizedTest
    @ValueSource(strings = {"netty", "jdk"})
    void aCancellationEndsTheForkedThreads(String backend) throws Exception {
        AnyIO.run(
                () -> {
                    var interrupted = new CountDownLatch(1);
                    var scope = Timeouts.moveOnAfter(
                            Duration.ofMillis(20),
                            () -> PreviewScopes.all(List.of(() -> {
                                try {
                                    new CountDownLatch(1).await();
                                } catch (InterruptedException e) {
                                    interrupted.countDown();
                                }
                                return "x";
                            })));
                    assertThat(scope.cancelledCaught()).isTrue();
                    assertThat(interrupted.getCount()).isZero(); // the scope has waited for its threads
                },
                backend);
    }
}
