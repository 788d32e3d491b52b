package io.anyio.testsuite.laws;

import static io.anyio.testsuite.laws.MemoryStreamLawsTest.untilReceiversWait;
import static io.anyio.testsuite.laws.MemoryStreamLawsTest.untilSendersWait;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.CancelScope;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryStreamStatistics;
import io.anyio.testing.junit.AnyIOTest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tests of memory object streams: closing, copies, and statistics. */
class MemoryStreamClosingLawsTest {

    private static void assertFailsWith(Class<? extends Exception> type, Runnable program) {
        var group = catchThrowableOfType(ExceptionGroup.class, program::run);
        assertThat(group.exceptions()).hasSize(1);
        assertThat(group.exceptions().getFirst()).isInstanceOf(type);
    }

    @AnyIOTest(leakCheck = false)
    @Law({129})
    @Ported({"ME::test_iterate"})
    void aLoopOverTheStreamEndsWhenTheSenderIsClosed() {
        var ends = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                for (String item : ends.receiver()) {
                    received.add(item);
                }
            });
            try (var send = ends.sender()) {
                send.send("hello");
                send.send("anyio");
            }
        });
        assertThat(received).containsExactly("hello", "anyio");
    }

    @AnyIOTest(leakCheck = false)
    @Law({129})
    void anErrorOtherThanTheEndLeavesALoopOverTheStream() {
        var ends = MemoryObjectStream.<String>create(1);
        ends.sender().sendNow("hello");
        List<String> received = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (String item : ends.receiver()) {
                        received.add(item);
                        ends.receiver().close();
                    }
                })
                .isInstanceOf(ClosedResourceException.class);
        assertThat(received).containsExactly("hello");
    }

    @AnyIOTest(leakCheck = false)
    @Law({129})
    @Ported({"ME::test_receive_after_send_closed"})
    void whatWasSentBeforeTheEndIsStillReceived() {
        var ends = MemoryObjectStream.<String>create(1);
        ends.sender().send("hello");
        ends.sender().close();
        assertThat(ends.receiver().receive()).isEqualTo("hello");
        assertThatThrownBy(ends.receiver()::receive).isInstanceOf(EndOfStreamException.class);
    }

    @AnyIOTest(leakCheck = false)
    @Law({130})
    @Ported({"ME::test_receive_send_closed_send_stream"})
    void aClosedSendStreamIsTheEndForTheReceiverAndClosedForTheSender() {
        var ends = MemoryObjectStream.<@Nullable String>rendezvous();
        ends.sender().close();
        assertThatThrownBy(ends.receiver()::receiveNow).isInstanceOf(EndOfStreamException.class);
        assertThatThrownBy(() -> ends.sender().send(null)).isInstanceOf(ClosedResourceException.class);
    }

    @AnyIOTest(leakCheck = false)
    @Law({130})
    @Ported({"ME::test_receive_send_closed_receive_stream"})
    void aClosedReceiveStreamIsClosedForTheReceiverAndBrokenForTheSender() {
        var ends = MemoryObjectStream.<@Nullable String>create(1);
        ends.receiver().close();
        assertThatThrownBy(ends.receiver()::receiveNow).isInstanceOf(ClosedResourceException.class);
        assertThatThrownBy(() -> ends.sender().send(null)).isInstanceOf(BrokenResourceException.class);
        assertThatThrownBy(() -> ends.sender().sendNow(null)).isInstanceOf(BrokenResourceException.class);
    }

    @AnyIOTest(leakCheck = false)
    @Law({131})
    @Ported({"ME::test_close_send_while_receiving"})
    void closingTheLastSendStreamWakesWhoReceives() {
        var ends = MemoryObjectStream.<String>create(1);
        assertFailsWith(
                EndOfStreamException.class,
                () -> TaskGroup.run(group -> {
                    group.startSoon(ends.receiver()::receive);
                    untilReceiversWait(ends, 1);
                    ends.sender().close();
                }));
    }

    @AnyIOTest(leakCheck = false)
    @Law({131})
    @Ported({"ME::test_close_receive_while_sending"})
    void closingTheLastReceiveStreamWakesWhoSendsEvenNull() {
        var ends = MemoryObjectStream.<@Nullable String>create(0);
        assertFailsWith(
                BrokenResourceException.class,
                () -> TaskGroup.run(group -> {
                    group.startSoon(() -> ends.sender().send(null));
                    untilSendersWait(ends, 1);
                    ends.receiver().close();
                }));
    }

    @AnyIOTest(leakCheck = false)
    @Law({131})
    void aNullThatIsHandedOverIsAnItem() {
        var ends = MemoryObjectStream.<@Nullable String>create(0);
        List<@Nullable String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                for (String item : ends.receiver()) {
                    received.add(item);
                }
            });
            untilReceiversWait(ends, 1);
            ends.sender().send(null);
            ends.sender().close();
        });
        assertThat(received).hasSize(1).containsOnlyNulls();
    }

    @AnyIOTest
    @Law({136})
    @Ported({"ME::test_clone"})
    void anEndIsOpenUntilItsLastCopyIsClosed() {
        var ends = MemoryObjectStream.<String>create(1);
        try (var send = ends.sender().copy();
                var receive = ends.receiver().copy()) {
            ends.sender().close();
            ends.receiver().close();
            ends.receiver().close(); // counts once
            send.sendNow("hello");
            assertThat(receive.receiveNow()).isEqualTo("hello");
        }
    }

    @AnyIOTest
    @Law({136})
    @Ported({"ME::test_clone_closed"})
    void aClosedStreamCannotBeCopied() {
        var ends = MemoryObjectStream.<String>create(1);
        ends.sender().close();
        ends.receiver().close();
        assertThatThrownBy(ends.sender()::copy).isInstanceOf(ClosedResourceException.class);
        assertThatThrownBy(ends.receiver()::copy).isInstanceOf(ClosedResourceException.class);
        assertThat(ends.sender().statistics()).isEqualTo(new MemoryStreamStatistics(0, 1, 0, 0, 0, 0));
    }

    @AnyIOTest
    @Law({137})
    @Ported({"ME::test_close_receive_after_send"})
    void aSenderMayCloseRightAfterSending() {
        var ends = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                try (var send = ends.sender()) {
                    send.send("test");
                }
            });
            group.startSoon(() -> {
                try (var receive = ends.receiver()) {
                    assertThat(receive.receive()).isEqualTo("test");
                }
            });
        });
    }

    @AnyIOTest(leakCheck = false)
    @Law({138})
    @Ported({"ME::test_statistics"})
    void theStatisticsAreExactInEachPhase() {
        var ends = MemoryObjectStream.<@Nullable String>create(1);
        var send = ends.sender();
        var receive = ends.receiver();
        assertCounts(ends, 0, 0, 0);
        TaskGroup.run(group -> {
            send.sendNow(null);
            assertCounts(ends, 1, 0, 0);
            for (int i = 1; i <= 3; i++) {
                group.startSoon(() -> send.send(null));
                untilSendersWait(ends, i);
                assertCounts(ends, 1, i, 0);
            }
            for (int i = 2; i >= 0; i--) {
                assertThat(receive.receiveNow()).isNull();
                assertCounts(ends, 1, i, 0);
            }
            assertThat(receive.receiveNow()).isNull();
            assertCounts(ends, 0, 0, 0);
            group.startSoon(receive::receive);
            untilReceiversWait(ends, 1);
            assertCounts(ends, 0, 0, 1);
            send.sendNow(null);
            assertCounts(ends, 0, 0, 0);
        });
        var copy = send.copy();
        assertThat(receive.statistics().openSendStreams()).isEqualTo(2);
        copy.close();
        assertThat(receive.statistics().openSendStreams()).isEqualTo(1);
    }

    private static void assertCounts(MemoryObjectStream<?> ends, int used, int sending, int receiving) {
        var expected = new MemoryStreamStatistics(used, 1, 1, 1, sending, receiving);
        assertThat(ends.sender().statistics()).isEqualTo(expected);
        assertThat(ends.receiver().statistics()).isEqualTo(expected);
    }

    @AnyIOTest
    @Law({139})
    @Ported({"ME::test_sync_close"})
    void bothEndsAreResources() {
        var ends = MemoryObjectStream.<@Nullable String>create(1);
        try (var _ = ends.sender();
                var _ = ends.receiver()) {
            assertCounts(ends, 0, 0, 0);
        }
        assertThatThrownBy(() -> ends.sender().sendNow(null)).isInstanceOf(ClosedResourceException.class);
        assertThatThrownBy(ends.receiver()::receiveNow).isInstanceOf(ClosedResourceException.class);
    }

    private static void assertOpen(MemoryObjectStream<?> ends, int senders, int receivers) {
        assertThat(ends.sender().statistics().openSendStreams()).isEqualTo(senders);
        assertThat(ends.sender().statistics().openReceiveStreams()).isEqualTo(receivers);
    }

    @AnyIOTest(leakCheck = false)
    void closingThePairClosesBothEndsAndNotTheirCopies() {
        var ends = MemoryObjectStream.<String>create(1);
        var copy = ends.receiver().copy();
        ends.sender().sendNow("hello");
        try (ends) {
            assertOpen(ends, 1, 2);
        }
        ends.close(); // again: nothing happens
        assertOpen(ends, 0, 1);
        assertThatThrownBy(() -> ends.sender().sendNow("more")).isInstanceOf(ClosedResourceException.class);
        assertThatThrownBy(ends.receiver()::receiveNow).isInstanceOf(ClosedResourceException.class);
        assertThat(copy.receive()).isEqualTo("hello");
        assertThatThrownBy(copy::receive).isInstanceOf(EndOfStreamException.class);
    }

    @AnyIOTest
    void anyThreadMayCloseThePairAlsoInACancelledScope() throws Exception {
        var byThread = MemoryObjectStream.<String>create(1);
        Thread.ofPlatform().start(byThread::close).join();
        assertOpen(byThread, 0, 0);

        var cancelled = MemoryObjectStream.<String>create(1);
        CancelScope.open(scope -> {
            scope.cancel();
            cancelled.close(); // not a checkpoint
        });
        assertOpen(cancelled, 0, 0);
    }

    @AnyIOTest(leakCheck = false)
    @Law({140})
    @Ported({"ME::test_negative_max_buffer"})
    void aBufferCannotHaveANegativeSize() {
        assertThat(catchThrowable(() -> MemoryObjectStream.create(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThat(MemoryObjectStream.unlimited().sender().statistics().maxBufferSize())
                .isEqualTo(MemoryObjectStream.UNLIMITED);
        assertThat(MemoryObjectStream.unlimited().sender().toString()).contains("maxBufferSize=unlimited");
        assertThat(MemoryObjectStream.create(7).sender().toString()).contains("maxBufferSize=7");
    }

    @AnyIOTest(leakCheck = false)
    @Law({213})
    void closingACopyDoesNotDisturbTheTaskThatWaitsOnIt() {
        var ends = MemoryObjectStream.<String>rendezvous();
        var copy = ends.receiver().copy();
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> received.add(copy.receive()));
            untilReceiversWait(ends, 1);
            copy.close();
            assertThat(ends.sender().statistics().tasksWaitingReceive()).isEqualTo(1);
            ends.sender().send("hello");
        });
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.sender().send("anyio"));
            untilSendersWait(ends, 1);
            ends.sender().close(); // the last one: waiting items can still be received
            received.add(ends.receiver().receive());
        });
        assertThat(received).containsExactly("hello", "anyio");
        assertThatThrownBy(ends.receiver()::receive).isInstanceOf(EndOfStreamException.class);
    }
}
