package io.anyio.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.RunFinishedException;
import io.anyio.TaskOptions;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Tests of tasks that are started from threads of a program without a run. */
class JdkRuntimeTest {

    private static long loopThreads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals(name))
                .count();
    }

    @Test
    void aThreadGetsTheValueOfATask() {
        try (var runtime = JdkRuntime.open()) {
            assertThat(runtime.start(() -> AnyIO.currentRun().backend()).join()).isEqualTo("jdk");
            assertThat(runtime.info().transport()).isEqualTo("selector");
        }
    }

    @Test
    void tasksOfARuntimeUseTheNetwork() {
        try (var runtime = JdkRuntime.open(JdkOptions.DEFAULTS.withLoops(2))) {
            CompletableFuture<Integer> port = new CompletableFuture<>();
            CompletableFuture<byte[]> served = runtime.start(() -> {
                try (SocketListener listener = Tcp.listen("127.0.0.1", 0)) {
                    port.complete(listener.port());
                    try (SocketStream stream = listener.accept()) {
                        return stream.receive();
                    }
                }
            });
            runtime.start(() -> {
                        try (SocketStream stream = Tcp.connect("127.0.0.1", port.join())) {
                            stream.send(new byte[] {7});
                        }
                    })
                    .join();
            assertThat(served.join()).containsExactly(7);
        }
    }

    @Test
    void closingCancelsTheTasksAndEndsTheLoops() {
        var runtime = JdkRuntime.open(JdkOptions.DEFAULTS.withLoops(2));
        CompletableFuture<?> sleeper = runtime.start(() -> AnyIO.sleepForever());
        runtime.close();
        runtime.close();
        assertThatThrownBy(sleeper::join).isInstanceOf(CancellationException.class);
        assertThat(runtime.ended().toCompletableFuture()).isCompleted();
        assertThat(loopThreads("anyio-jdk-1")).isZero();
        assertThatThrownBy(() -> runtime.start(() -> {})).isInstanceOf(RunFinishedException.class);
    }

    @Test
    void aTaskCanCloseItsRuntime() throws Exception {
        var runtime = JdkRuntime.open();
        var closed = new CompletableFuture<Boolean>();
        var _ = runtime.start(TaskOptions.named("closer"), () -> {
            runtime.close();
            closed.complete(true);
            AnyIO.sleep(Duration.ofHours(1));
        });
        assertThat(closed.get(10, TimeUnit.SECONDS)).isTrue();
        runtime.ended().toCompletableFuture().get(10, TimeUnit.SECONDS);
        runtime.close();
        assertThat(loopThreads("anyio-jdk-0")).isZero();
    }

    @Test
    void aShutdownLetsTasksFinishAndEndsTheLoops() {
        var runtime = JdkRuntime.open(JdkOptions.DEFAULTS.withLoops(2));
        var finished = runtime.start(() -> {
            AnyIO.sleep(Duration.ofMillis(10));
            return true;
        });
        assertThat(runtime.shutdown(Duration.ofHours(1))).isTrue();
        assertThat(finished).isCompletedWithValue(true);
        assertThat(runtime.ended().toCompletableFuture()).isCompleted();
        assertThat(loopThreads("anyio-jdk-1")).isZero();
        assertThatThrownBy(() -> runtime.start(() -> {})).isInstanceOf(RunFinishedException.class);
        assertThat(runtime.shutdown(Duration.ZERO)).isTrue();
    }

    @Test
    void aShutdownIsRefusedInATaskOfTheRuntime() {
        try (var runtime = JdkRuntime.open()) {
            CompletableFuture<?> refused = runtime.start(TaskOptions.named("closer"), () -> {
                assertThatThrownBy(() -> runtime.shutdown(Duration.ZERO))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("in task 'closer' of this runtime")
                        .hasMessageContaining("call close()");
            });
            refused.join();
        }
    }

    @Test
    void aFailureThatNothingWaitsForGoesToTheHandler() throws Exception {
        var handled = new CompletableFuture<String>();
        try (var runtime = JdkRuntime.open(
                JdkOptions.DEFAULTS, (name, failure) -> handled.complete(name + failure.getMessage()))) {
            var _ = runtime.start(TaskOptions.named("mail"), () -> {
                throw new IllegalStateException(": no connection");
            });
            assertThat(handled.get(10, TimeUnit.SECONDS)).isEqualTo("mail: no connection");
        }
    }

    @Test
    void aFailureIsThrownByTheFuture() {
        try (var runtime = JdkRuntime.open()) {
            var failure = new IllegalArgumentException("on purpose");
            var goOn = Event.create();
            CompletableFuture<?> future = runtime.start(() -> {
                goOn.await();
                throw failure;
            });
            CompletableFuture<?> awaited = future.whenComplete((_, _) -> {});
            goOn.set();
            assertThatThrownBy(awaited::join)
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isSameAs(failure);
        }
    }
}
