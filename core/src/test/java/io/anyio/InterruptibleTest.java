package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.internal.EngineProbe;
import io.anyio.internal.Task;
import io.anyio.spi.Carrier;
import io.anyio.testing.Simulation;
import io.anyio.testing.junit.SimulatedTest;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** What only the engine can see of an interruptible call: whose turn it is, and every order of events. */
class InterruptibleTest {
    private static final int ROUNDS = Integer.getInteger("rounds", 50_000);

    private static final ExecutorService EXECUTOR = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("canceller").factory());

    @Test
    void onThePortableCarrierTheTurnIsGivenBackBeforeTheCall() {
        AnyIO.run(
                () -> {
                    Task me = Task.require("look");
                    assertThat(me.loop().runs(me)).isTrue();
                    Interruptible.run(() -> assertThat(me.loop().runs(me)).isFalse());
                    assertThat(me.loop().runs(me)).isTrue();
                    assertThat(EngineProbe.leftovers()).isEmpty();
                },
                Simulation.DEFAULTS.withCarrier(Carrier.PORTABLE));
    }

    @SimulatedTest(seeds = 200)
    void inEveryOrderOfCancellationAndCompletionTheItemIsTakenOrLeft() {
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        var scope = CancelScope.create();
        var taken = new String[1];
        TaskGroup.run(group -> {
            group.startSoon(() -> scope.run(() -> taken[0] = Interruptible.call(queue::take)));
            group.startSoon(() -> scope.cancel());
            group.startSoon(() -> queue.put("item"));
        });
        assertThat(scope.cancelledCaught()).isEqualTo(taken[0] == null);
        assertThat(queue).hasSize(taken[0] == null ? 1 : 0);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    /** The canceller interrupts just when the call returns. */
    @Test
    void anInterruptThatIsUnderWayWhenTheCallEndsIsWaitedFor() {
        AnyIO.run(
                () -> {
                    for (int round = 0; round < ROUNDS; round++) {
                        var scope = CancelScope.create();
                        int delay = round % 100;
                        var done = new AtomicBoolean();
                        scope.run(() -> Interruptible.run(() -> {
                            EXECUTOR.execute(() -> {
                                scope.cancel();
                                done.set(true);
                            });
                            spinUntil(scope::cancelCalled); // then it looks for whom to interrupt
                            for (int i = 0; i < delay; i++) {
                                Thread.onSpinWait();
                            }
                        }));
                        spinUntil(done::get);
                        assertThat(Thread.interrupted()).as("round %d", round).isFalse();
                    }
                },
                Simulation.DEFAULTS);
    }

    private static void spinUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }
}
