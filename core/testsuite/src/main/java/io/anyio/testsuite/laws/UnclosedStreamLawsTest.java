package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.resource.ClosedResourceException;
import io.anyio.spi.BackendOptions;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.testing.Simulation;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.CapturedLog;
import io.anyio.testsuite.Transport;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests of streams that are forgotten instead of closed. */
class UnclosedStreamLawsTest {

    static Stream<BackendOptions> debugging() {
        return Stream.concat(
                Stream.of(Simulation.DEFAULTS.withDebug(true)),
                Transport.available()
                        .map(transport ->
                                BackendUnderTest.get().options(Map.of("transport", transport.label(), "debug", true))));
    }

    @ParameterizedTest
    @MethodSource("debugging")
    @Law({141})
    @Ported({"ME::test_not_closed_warning"})
    void inDebugModeAnEndThatIsCollectedUnclosedIsReported(BackendOptions options) {
        try (var log = new CapturedLog("io.anyio.stream")) {
            AnyIO.run(
                    UnclosedStreamLawsTest::makesAndForgets,
                    BackendUnderTest.get().options()); // without debug
            AnyIO.run(
                    () -> {
                        makesAndForgets();
                        makesAndCloses();
                    },
                    options);
            while (log.records().size() < 3 && !Thread.interrupted()) { // the test's own timeout interrupts
                System.gc();
                Thread.onSpinWait();
            }
            List<String> messages = log.messages().stream().sorted().toList();
            assertThat(messages).hasSize(3);
            assertThat(messages.get(0)).contains("MemoryReceiveStream").contains("was collected");
            assertThat(messages.subList(1, 3)).allMatch(message -> message.contains("MemorySendStream"));
            assertThat(log.records())
                    .allSatisfy(record -> assertThat(record.getThrown().getStackTrace())
                            .anyMatch(frame -> frame.getMethodName().equals("makesAndForgets")));
        }
    }

    private static void makesAndForgets() {
        var _ = MemoryObjectStream.<String>create(1).sender().copy();
    }

    private static void makesAndCloses() {
        var stream = MemoryObjectStream.<String>create(1);
        try (var send = stream.sender();
                var receive = stream.receiver();
                var copy = receive.copy()) {
            send.sendNow("item");
            assertThat(copy.receiveNow()).isEqualTo("item");
        }
        // a refused copy need not be closed
        assertThatThrownBy(() -> stream.sender().copy()).isInstanceOf(ClosedResourceException.class);
        assertThatThrownBy(() -> stream.receiver().copy()).isInstanceOf(ClosedResourceException.class);
    }
}
