package io.anyio.testsuite.guarantees;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.Timeouts;
import io.anyio.testsuite.Transport;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scopes that share a deadline expire together, in real time: the outermost one catches. */
class SharedDeadlineTest extends GuaranteeTestBase {
    private static final int ROUNDS = 100;

    private static Deadline soon() {
        return Deadline.after(Duration.ofMillis(1));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void theInnerScopeNeverCatches(Transport transport) {
        AnyIO.run(
                () -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        Deadline both = soon();
                        CancelScope outer = Timeouts.moveOnAt(both, () -> {
                            CancelScope inner = Timeouts.moveOnAt(both, AnyIO::sleepForever);
                            throw new AssertionError("the inner scope was left, caught: " + inner.cancelledCaught());
                        });
                        assertThat(outer.cancelledCaught()).isTrue();
                    }
                },
                transport.options());
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aTimeOutThatFailsInsideOfOneThatDoesNotIsSilent(Transport transport) {
        AnyIO.run(
                () -> {
                    for (int i = 0; i < ROUNDS; i++) {
                        Deadline both = soon();
                        CancelScope outer = Timeouts.moveOnAt(both, () -> Timeouts.failAt(both, AnyIO::sleepForever));
                        assertThat(outer.cancelledCaught()).isTrue();
                    }
                },
                transport.options());
    }
}
