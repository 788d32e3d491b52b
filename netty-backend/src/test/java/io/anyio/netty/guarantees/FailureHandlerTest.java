package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.TaskFailureHandler;
import io.anyio.TaskOptions;
import io.anyio.netty.NettyOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of a handler for failures of attached tasks that nothing waits for. */
class FailureHandlerTest extends NettyGuaranteeTestBase {

    private interface Code {
        void run(NettyRuntime runtime, CapturedLog log) throws Exception;
    }

    private static void with(Transport transport, TaskFailureHandler handler, Code code) throws Exception {
        var group = group(transport, 1);
        try (var log = new CapturedLog("io.anyio");
                var runtime = NettyRuntime.attach(group, NettyOptions.DEFAULTS, handler)) {
            code.run(runtime, log);
            assertThat(runtime.start(() -> 1).get(30, TimeUnit.SECONDS)).isEqualTo(1); // it is not harmed
        }
        shutDown(group);
    }

    private static CompletableFuture<?> fail(NettyRuntime runtime, String name, RuntimeException failure) {
        return runtime.start(TaskOptions.named(name), () -> {
            throw failure;
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void itGetsTheFailureAndTheNameInTheTask(Transport transport) throws Exception {
        var failure = new IllegalStateException("on purpose");
        Queue<Object> seen = new ConcurrentLinkedQueue<>();
        var called = new CompletableFuture<Boolean>();
        with(
                transport,
                (name, thrown) -> {
                    seen.add(name);
                    seen.add(thrown);
                    seen.add(AnyIO.currentTask().name());
                    called.complete(true);
                },
                (runtime, log) -> {
                    var future = fail(runtime, "bookkeeping", failure);
                    called.get(30, TimeUnit.SECONDS);
                    assertThatThrownBy(future::join)
                            .isInstanceOf(CompletionException.class)
                            .cause()
                            .isSameAs(failure);
                    assertThat(seen).containsExactly("bookkeeping", failure, "bookkeeping");
                    assertThat(log.records()).isEmpty();
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void itDoesNotGetCancellationsAndFailuresThatSomethingWaitsFor(Transport transport) throws Exception {
        Queue<String> seen = new ConcurrentLinkedQueue<>();
        with(transport, (name, _) -> seen.add(name), (runtime, log) -> {
            var go = Event.create();
            var awaited = runtime.start(() -> {
                        go.await();
                        throw new IllegalStateException("on purpose");
                    })
                    .exceptionally(_ -> null);
            var cancelled = runtime.start(AnyIO::sleepForever);
            go.set();
            awaited.get(30, TimeUnit.SECONDS);
            cancelled.cancel(false);
            runtime.start(() -> {}).get(30, TimeUnit.SECONDS); // by now the cancelled one has ended
            assertThat(seen).isEmpty();
            assertThat(log.records()).isEmpty();
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aHandlerThatFailsLosesNeitherFailure(Transport transport) throws Exception {
        with(
                transport,
                (name, _) -> {
                    if (name.equals("error")) {
                        throw new AssertionError("of the handler");
                    }
                    throw new Exception("of the handler");
                },
                (runtime, log) -> {
                    for (String name : List.of("exception", "error")) {
                        var _ = fail(runtime, name, new IllegalStateException("of the task"));
                        until(() -> log.contains("handler of an attached runtime failed for task '" + name + "'"));
                    }
                    assertThat(log.records().stream()
                                    .map(record -> record.getThrown().getMessage()))
                            .containsExactly("of the task", "of the handler", "of the task", "of the handler");
                    assertThat(log.messages().getFirst()).contains("Task 'exception'");
                });
    }

    /** Also if the failure comes from the end of a task that was cancelled. */
    @ParameterizedTest
    @MethodSource("transports")
    void itGetsTheFailureOfTheCleanUpOfACancelledTask(Transport transport) throws Exception {
        var seen = new CompletableFuture<String>();
        with(transport, (_, thrown) -> seen.complete(thrown.getMessage()), (runtime, log) -> {
            var entered = new CompletableFuture<Boolean>();
            var future = runtime.start(() -> {
                try {
                    entered.complete(true);
                    AnyIO.sleepForever();
                } finally {
                    failCleaning();
                }
            });
            entered.get(30, TimeUnit.SECONDS);
            future.cancel(false);
            assertThat(seen.get(30, TimeUnit.SECONDS)).isEqualTo("in the clean-up");
            assertThat(log.records()).isEmpty();
        });
    }

    private static void failCleaning() {
        throw new IllegalStateException("in the clean-up");
    }
}
