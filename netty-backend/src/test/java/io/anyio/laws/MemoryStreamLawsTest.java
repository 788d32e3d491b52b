package io.anyio.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Event;
import io.anyio.testing.AnyIOTest;
import java.util.ArrayList;
import java.util.List;

/** Memory object streams: how items go from senders to receivers, and what a cancellation leaves behind. */
class MemoryStreamLawsTest {

    static void untilSendersWait(MemoryObjectStream<?> ends, int count) {
        while (ends.send().statistics().tasksWaitingSend() < count) {
            AnyIO.checkpoint();
        }
    }

    static void untilReceiversWait(MemoryObjectStream<?> ends, int count) {
        while (ends.send().statistics().tasksWaitingReceive() < count) {
            AnyIO.checkpoint();
        }
    }

    @AnyIOTest
    @Law({127})
    @Ported({"ME::test_receive_then_send"})
    void withoutABufferASenderWaitsForAReceiverAndOrderIsKept() {
        var ends = MemoryObjectStream.<String>create(0);
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                received.add(ends.receive().receive());
                received.add(ends.receive().receive());
            });
            untilReceiversWait(ends, 1);
            ends.send().send("hello");
            ends.send().send("anyio");
        });
        assertThat(received).containsExactly("hello", "anyio");
    }

    @AnyIOTest
    @Law({128})
    @Ported({"ME::test_receive_then_send_nowait"})
    void sendNowReachesTheReceiversThatWait() {
        var ends = MemoryObjectStream.<String>create(0);
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                group.startSoon(() -> received.add(ends.receive().receive()));
            }
            untilReceiversWait(ends, 2);
            ends.send().sendNow("hello");
            ends.send().sendNow("anyio");
            assertThat(catchThrowable(() -> ends.send().sendNow("one too many")))
                    .isInstanceOf(WouldBlockException.class);
        });
        assertThat(received).containsExactlyInAnyOrder("hello", "anyio");
    }

    @AnyIOTest
    @Law({128})
    @Ported({"ME::test_send_then_receive_nowait"})
    void receiveNowTakesFromASenderThatWaits() {
        var ends = MemoryObjectStream.<String>create(0);
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.send().send("hello"));
            untilSendersWait(ends, 1);
            assertThat(ends.receive().receiveNow()).isEqualTo("hello");
        });
    }

    @AnyIOTest
    @Law({128})
    @Ported({"ME::test_send_is_unblocked_after_receive_nowait"})
    void receiveNowReleasesASenderThatWaitsForRoom() {
        var ends = MemoryObjectStream.<String>create(1);
        ends.send().sendNow("hello");
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.send().send("anyio"));
            untilSendersWait(ends, 1);
            assertThat(ends.receive().receiveNow()).isEqualTo("hello");
        });
        assertThat(ends.receive().receiveNow()).isEqualTo("anyio");
    }

    @AnyIOTest
    @Law({128})
    @Ported({"ME::test_send_nowait_then_receive_nowait"})
    void theBufferKeepsTheOrderAndSaysWhenItIsFullOrEmpty() {
        var ends = MemoryObjectStream.<String>create(2);
        ends.send().sendNow("hello");
        ends.send().sendNow("anyio");
        assertThatThrownBy(() -> ends.send().sendNow("one too many")).isInstanceOf(WouldBlockException.class);
        assertThat(ends.receive().receiveNow()).isEqualTo("hello");
        assertThat(ends.receive().receiveNow()).isEqualTo("anyio");
        assertThatThrownBy(ends.receive()::receiveNow).isInstanceOf(WouldBlockException.class);
    }

    @AnyIOTest
    @Law({128})
    void anUnboundedStreamNeverMakesASenderWait() {
        var ends = MemoryObjectStream.<Integer>unbounded();
        for (int i = 0; i < 1000; i++) {
            ends.send().sendNow(i);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(ends.receive().receive()).isEqualTo(i);
        }
    }

    @AnyIOTest
    @Law({132})
    @Ported({"ME::test_cancel_receive"})
    void aCancelledReceiverLeavesNoGhost() {
        var ends = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(ends.receive()::receive);
            untilReceiversWait(ends, 1);
            group.cancel();
            assertThatThrownBy(() -> ends.send().sendNow("hello")).isInstanceOf(WouldBlockException.class);
        });
        assertThatThrownBy(() -> ends.send().sendNow("hello")).isInstanceOf(WouldBlockException.class);
        assertThat(ends.send().statistics().tasksWaitingReceive()).isZero();
    }

    @AnyIOTest
    @Law({132})
    @Ported({"ME::test_cancel_send"})
    void aCancelledSenderLeavesNoItem() {
        var ends = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.send().send("hello"));
            untilSendersWait(ends, 1);
            group.cancel();
            assertThatThrownBy(ends.receive()::receiveNow).isInstanceOf(WouldBlockException.class);
        });
        assertThatThrownBy(ends.receive()::receiveNow).isInstanceOf(WouldBlockException.class);
        assertThat(ends.send().statistics().tasksWaitingSend()).isZero();
    }

    @AnyIOTest
    @Law({133})
    @Ported({"ME::test_receive_when_cancelled"})
    void aCancelledTaskReceivesNothing() {
        var ends = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.send().send("hello"));
            untilSendersWait(ends, 1);
            group.startSoon(() -> ends.send().send("world"));
            untilSendersWait(ends, 2);
            CancelScope.open(scope -> {
                scope.cancel();
                assertThat(catchThrowable(ends.receive()::receive)).isInstanceOf(Cancelled.class);
            });
            assertThat(ends.receive().receive()).isEqualTo("hello");
            assertThat(ends.receive().receive()).isEqualTo("world");
        });
    }

    @AnyIOTest
    @Law({133})
    @Ported({"ME::test_send_when_cancelled"})
    void aCancelledTaskSendsNothing() {
        var ends = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> received.add(ends.receive().receive()));
            CancelScope.open(scope -> {
                scope.cancel();
                assertThat(catchThrowable(() -> ends.send().send("hello"))).isInstanceOf(Cancelled.class);
            });
            ends.send().send("world");
        });
        assertThat(received).containsExactly("world");
    }

    @AnyIOTest
    @Law({133, 212})
    void inACancelledScopeABufferedItemStaysWhereItIs() {
        var ends = MemoryObjectStream.<String>create(1);
        ends.send().sendNow("hello");
        CancelScope.open(scope -> {
            scope.cancel();
            assertThat(catchThrowable(ends.receive()::receive)).isInstanceOf(Cancelled.class);
        });
        assertThat(ends.receive().receiveNow()).isEqualTo("hello");
    }

    @AnyIOTest
    @Law({134})
    @Ported({"ME::test_cancel_during_receive"})
    void anItemThatWasHandedOverIsReceivedDespiteACancellation() {
        var ends = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> scope.run(() -> received.add(ends.receive().receive())));
            untilReceiversWait(ends, 1);
            ends.send().sendNow("hello");
            scope.cancel();
        });
        assertThat(scope.cancelCalled()).isTrue();
        assertThat(received).containsExactly("hello");
    }

    @AnyIOTest
    @Law({134})
    void aSenderWhoseItemWasTakenReturnsDespiteACancellation() {
        var ends = MemoryObjectStream.<String>rendezvous();
        var returned = Event.create();
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> scope.run(() -> {
                ends.send().send("hello");
                returned.set();
            }));
            untilSendersWait(ends, 1);
            assertThat(ends.receive().receiveNow()).isEqualTo("hello");
            scope.cancel();
        });
        assertThat(returned.isSet()).isTrue();
    }

    @AnyIOTest
    @Law({135})
    @Ported({"ME::test_cancel_during_receive_buffered", "ME::test_send_to_natively_cancelled_receiver"})
    void anItemForACancelledReceiverGoesToTheBuffer() {
        var ends = MemoryObjectStream.<String>create(1);
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> scope.run(ends.receive()::receive));
            untilReceiversWait(ends, 1);
            scope.cancel();
            ends.send().sendNow("item");
        });
        assertThat(ends.receive().receiveNow()).isEqualTo("item");
    }

    @AnyIOTest
    @Law({135})
    void anItemForACancelledReceiverGoesToTheNextOne() {
        var ends = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            var first =
                    group.startSoon(() -> received.add("first " + ends.receive().receive()));
            untilReceiversWait(ends, 1);
            group.startSoon(() -> received.add("second " + ends.receive().receive()));
            untilReceiversWait(ends, 2);
            first.cancel();
            ends.send().sendNow("item");
        });
        assertThat(received).containsExactly("second item");
    }
}
