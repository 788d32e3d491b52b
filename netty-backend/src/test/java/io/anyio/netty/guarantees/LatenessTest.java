package io.anyio.netty.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that tasks which compute between two calls delay timers, deadlines and I/O of their loop by a few such pieces
 * of work, and not by a number of calls, whatever the call is and whether or not other tasks are ready.
 */
class LatenessTest extends NettyGuaranteeTestBase {
    private static final int QUICK_CALLS = 1_000;
    private static final long SLOW_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration INTO_THE_FIRST_SLOW_CALL = Duration.ofMillis(10);
    private static final int MOST_SLOW_CALLS = 8;

    static Stream<EchoLoop.Place> places() {
        return EchoLoop.places();
    }

    @ParameterizedTest
    @MethodSource("places")
    void aTaskThatComputesAloneDelaysNothingForLong(EchoLoop.Place place) throws Exception {
        assertNothingIsLate(place, 1, 1);
    }

    @ParameterizedTest
    @MethodSource("places")
    void twoTasksThatComputeDelayNothingForLong(EchoLoop.Place place) throws Exception {
        assertNothingIsLate(place, 1, 2);
    }

    @ParameterizedTest
    @MethodSource("places")
    void aTaskThatComputesBesideManyConnectionsDelaysNothingForLong(EchoLoop.Place place) throws Exception {
        assertNothingIsLate(place, 100, 1);
    }

    private static void assertNothingIsLate(EchoLoop.Place place, int connections, int tasks) throws Exception {
        List<String> late = new ArrayList<>();
        try (EchoLoop loop = bounded(() -> EchoLoop.open(place, connections))) {
            for (QuickCall call : QuickCall.values()) {
                List<String> complaints = bounded(() -> bestTwoOfFour(call, loop, tasks));
                if (!complaints.isEmpty()) {
                    late.add(call + ": " + String.join(", ", complaints));
                }
            }
        }
        assertThat(late)
                .as("calls beside which something is late, of %d", QuickCall.values().length)
                .isEmpty();
    }

    /** Returns the complaints of the third bad try, if three are bad: the machine may cause one or two. */
    private static List<String> bestTwoOfFour(QuickCall call, EchoLoop loop, int tasks) throws Exception {
        int good = 0;
        int bad = 0;
        while (true) {
            List<String> complaints = LatenessTrial.complaints(call, loop, tasks);
            if (complaints.isEmpty() ? ++good == 2 : ++bad == 3) {
                return complaints;
            }
        }
    }

    /** The engine's experience with quick calls must not be applied to slow ones. */
    @ParameterizedTest
    @MethodSource("places")
    void aChangeOfPaceCostsOneSlowCallMore(EchoLoop.Place place) throws Exception {
        List<String> late = new ArrayList<>();
        try (EchoLoop loop = bounded(() -> EchoLoop.open(place, 0))) {
            for (QuickCall call : QuickCall.values()) {
                if (call.isCheckpoint()) {
                    int slow = bounded(() -> loop.runtime()
                            .start(() -> slowCallsBehindADeadline(call, loop.peerPort()))
                            .join());
                    if (slow > 2) {
                        late.add(call + ": " + slow);
                    }
                }
            }
        }
        assertThat(late)
                .as("slow calls that passed an expired deadline, %d at most", MOST_SLOW_CALLS)
                .isEmpty();
    }

    private static int slowCallsBehindADeadline(QuickCall kind, int peerPort) throws Exception {
        try (var peer = new QuickCall.Peer(peerPort)) {
            Block<Exception> call = kind.open(peer);
            var slow = new int[1];
            CancelScope.open(scope -> {
                for (int i = 0; i < QUICK_CALLS; i++) {
                    call.run();
                }
                scope.setDeadline(Deadline.after(INTO_THE_FIRST_SLOW_CALL));
                while (slow[0] < MOST_SLOW_CALLS) {
                    compute();
                    call.run();
                    slow[0]++;
                }
            });
            return slow[0];
        }
    }

    private static void compute() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < SLOW_NANOS) {
            Thread.onSpinWait();
        }
    }
}
