package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.TaskOptions;
import io.anyio.netty.NettyRuntime;
import io.anyio.netty.Transport;
import io.anyio.sync.Event;
import io.anyio.testsuite.CapturedLog;
import io.netty.channel.EventLoopGroup;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests of failures of attached tasks whose futures are not queried; on one transport only. */
class LostFailureTest extends NettyGuaranteeTestBase {
    private final EventLoopGroup group = group(Transport.NIO, 1);
    private final NettyRuntime runtime = NettyRuntime.attach(group);

    @AfterEach
    void close() {
        runtime.close();
        shutDown(group);
    }

    private static void ended(CompletableFuture<?> future) {
        until(future::isDone);
    }

    /** Waits until tasks that have ended before have also logged. */
    private void settled() throws Exception {
        runtime.start(() -> {}).get(30, TimeUnit.SECONDS);
    }

    @Test
    void aFailureThatNothingWaitsForIsLoggedOnceWithTheNameOfItsTask() throws Exception {
        try (var log = new CapturedLog("io.anyio")) {
            var failed = runtime.start(TaskOptions.named("bookkeeping"), () -> {
                throw new IllegalStateException("expected");
            });
            ended(failed);
            settled();
            assertThatThrownBy(failed::join)
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("expected");
            assertThat(log.records()).singleElement().satisfies(record -> {
                assertThat(record.getLevel()).isEqualTo(Level.WARNING);
                assertThat(record.getThrown()).hasMessage("expected");
                assertThat(record.getMessage()).contains("Task 'bookkeeping'").contains("whenComplete");
            });
        }
    }

    @Test
    void aTaskWithoutANameIsNamedAfterItsCode() throws Exception {
        try (var log = new CapturedLog("io.anyio")) {
            ended(runtime.start(() -> {
                throw new IllegalStateException("expected");
            }));
            until(() -> log.contains("Task '" + LostFailureTest.class.getName() + "'"));
        }
    }

    @Test
    void aFailureThatSomethingWaitsForIsNotLogged() throws Exception {
        try (var log = new CapturedLog("io.anyio")) {
            var observed = Event.create();
            var future = runtime.start(() -> {
                observed.await();
                throw new IllegalStateException("expected");
            });
            var handled = future.exceptionally(_ -> null);
            observed.set();
            handled.get(30, TimeUnit.SECONDS);
            settled();
            assertThat(log.records()).isEmpty();
        }
    }

    @Test
    void aCancellationIsNotLogged() throws Exception {
        try (var log = new CapturedLog("io.anyio")) {
            var future = runtime.start(AnyIO::sleepForever);
            future.cancel(false);
            settled();
            var left = runtime.start(AnyIO::sleepForever);
            settled();
            runtime.close();
            assertThat(left).isCancelled();
            assertThat(log.records()).isEmpty();
        }
    }

    /** Its future has the cancellation, so only the log remains for the failure. */
    @Test
    void aFailureInTheCleanUpOfACancelledTaskIsLogged() throws Exception {
        try (var log = new CapturedLog("io.anyio")) {
            var waiting = new CompletableFuture<Boolean>();
            var future = runtime.start(TaskOptions.named("cleaning"), () -> {
                try {
                    waiting.complete(true);
                    AnyIO.sleepForever();
                } finally {
                    failCleaning();
                }
            });
            var dependent = future.handle((_, _) -> true);
            waiting.get(30, TimeUnit.SECONDS);
            future.cancel(false);
            assertThat(dependent.get(30, TimeUnit.SECONDS)).isTrue();
            until(() -> log.contains("Task 'cleaning'"));
        }
    }

    private static void failCleaning() {
        throw new IllegalStateException("expected");
    }

    @Test
    void aLoggerThatFailsHarmsNothing() throws Exception {
        try (var log = new CapturedLog("io.anyio", () -> {
            throw new IllegalStateException("no space left on device");
        })) {
            var failed = runtime.start(() -> {
                throw new IllegalArgumentException("expected");
            });
            ended(failed);
            settled();
            assertThatThrownBy(failed::join).hasRootCauseMessage("expected");
            assertThat(log.records()).isEmpty();
        }
    }
}
