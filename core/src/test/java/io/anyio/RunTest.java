package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.internal.RunLauncher;
import io.anyio.jdk.JdkOptions;
import io.anyio.lowlevel.ExternalWork;
import io.anyio.spi.Carrier;
import io.anyio.sync.Event;
import io.anyio.testing.Simulation;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A run gives what its first task gives, and runs on the carrier that this JVM was started for. */
class RunTest {

    @Test
    void theCarrierIsTheOneThisTestRunIsFor() {
        String expected = System.getProperty("anyio.test.carrier", "loop");
        RunInfo info = AnyIO.run(AnyIO::currentRun, Simulation.DEFAULTS);
        assertThat(info.carrier().label()).isEqualTo(expected);
        assertThat(info).hasToString("backend=simulation transport=none carrier=" + expected + " loops=1");
    }

    @Test
    void thePortableCarrierCanAlwaysBeAskedFor() {
        RunInfo info = AnyIO.run(AnyIO::currentRun, Simulation.DEFAULTS.withCarrier(Carrier.PORTABLE));
        assertThat(info.carrier()).isEqualTo(Carrier.PORTABLE);
    }

    @Test
    void theFirstReasonStaysAndTheEndIsToldOnce() {
        var run = RunLauncher.create(Simulation.DEFAULTS.open());
        var told = new AtomicInteger();
        run.whenOver(told::incrementAndGet);
        run.view().abort(new IllegalStateException("first"));
        run.view().abandon(new IllegalStateException("second"));
        run.view().abandon(new IllegalStateException("third"));
        assertThat(told).hasValue(1);
        assertThat(run.aborted()).hasMessage("first");
        run.close();
    }

    @Test
    void aRunThatIsAbandonedByTwoThreadsTellsItsEndOnce() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            var run = RunLauncher.create(Simulation.DEFAULTS.open());
            var told = new AtomicInteger();
            run.whenOver(told::incrementAndGet);
            Thread other = Thread.ofPlatform().start(() -> run.view().abandon(new IllegalStateException("other")));
            run.view().abandon(new IllegalStateException("this"));
            other.join();
            assertThat(told).hasValue(1);
            run.close();
        }
    }

    @Test
    void nothingKeepsTheValueOfARunThatHasEnded() {
        var value = new WeakReference<>(AnyIO.run(Object::new, JdkOptions.DEFAULTS));
        for (int i = 0; i < 100 && value.get() != null; i++) {
            System.gc();
        }
        assertThat(value.get()).isNull();
    }

    @Test
    void aCheckedExceptionComesOutAsItIs() {
        assertThatThrownBy(() -> AnyIO.run(
                        () -> {
                            throw new IOException("disk on fire");
                        },
                        Simulation.DEFAULTS))
                .isInstanceOf(IOException.class)
                .hasMessage("disk on fire");
    }

    @Test
    void interruptingTheWaitingThreadCancelsTheRunAndRunsFinallyBlocks() throws Exception {
        var inside = new CompletableFuture<Event>();
        var cleaned = new CompletableFuture<String>();
        var thrown = new CompletableFuture<Throwable>();
        var interrupted = new CompletableFuture<Boolean>();
        Thread waiter = Thread.ofPlatform().start(() -> {
            try {
                AnyIO.run(
                        () -> {
                            var work = ExternalWork.begin("test"); // keeps the simulation waiting in real time
                            try {
                                var event = Event.create();
                                inside.complete(event);
                                event.await();
                            } catch (Cancelled c) {
                                cleaned.complete(c.reason().orElse("none"));
                                throw c;
                            } finally {
                                work.end();
                            }
                        },
                        Simulation.DEFAULTS);
            } catch (RuntimeException e) {
                thrown.complete(e);
            }
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        inside.get();
        waiter.interrupt();
        assertThat(cleaned.get()).contains("interrupted");
        assertThat(thrown.get()).isInstanceOf(RunInterruptedException.class);
        assertThat(interrupted.get()).isTrue();
        waiter.join();
    }
}
