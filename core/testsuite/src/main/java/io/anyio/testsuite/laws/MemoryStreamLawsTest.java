package io.anyio.testsuite.laws;

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
import io.anyio.testing.junit.AnyIOTest;
import java.util.ArrayList;
import java.util.List;

/** Tests of memory object streams: the order of items from senders to receivers, and the effects of cancellation. */
class MemoryStreamLawsTest {

    static void untilSendersWait(MemoryObjectStream<?> ends, int count) {
        while (ends.sender().statistics().tasksWaitingSend() < count) {
            AnyIO.checkpoint();
        }
    }

    static void untilReceiversWait(MemoryObjectStream<?> ends, int count) {
        while (ends.sender().statistics().tasksWaitingReceive() < count) {
            AnyIO.checkpoint();
        }
    }

    @AnyIOTest(leakCheck = false)
    @Law({127})
    @Ported({"ME::test_receive_then_send"})
    void withoutABufferASenderWaitsForAReceiverAndOrderIsKept() {
        var ends = MemoryObjectStream.<String>create(0);
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                received.add(ends.receiver().receive());
                received.add(ends.receiver().receive());
            });
            untilReceiversWait(ends, 1);
            ends.sender().send("hello");
            ends.sender().send("anyio");
        });
        assertThat(received).containsExactly("hello", "anyio");
    }

    @AnyIOTest(leakCheck = false)
    @Law({128})
    @Ported({"ME::test_receive_then_send_nowait"})
    void sendNowReachesTheReceiversThatWait() {
        var ends = MemoryObjectStream.<String>create(0);
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < 2; i++) {
                group.startSoon(() -> received.add(ends.receiver().receive()));
            }
            untilReceiversWait(ends, 2);
            ends.sender().sendNow("hello");
            ends.sender().sendNow("anyio");
            assertThat(catchThrowable(() -> ends.sender().sendNow("one too many")))
                    .isInstanceOf(WouldBlockException.class);
        });
        assertThat(received).containsExactlyInAnyOrder("hello", "anyio");
    }

    @AnyIOTest(leakCheck = false)
    @Law({128})
    @Ported({"ME::test_send_then_receive_nowait"})
    void receiveNowTakesFromASenderThatWaits() {
        var ends = MemoryObjectStream.<String>create(0);
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.sender().send("hello"));
            untilSendersWait(ends, 1);
            assertThat(ends.receiver().receiveNow()).isEqualTo("hello");
        });
    }

    @AnyIOTest(leakCheck = false)
    @Law({128})
    @Ported({"ME::test_send_is_unblocked_after_receive_nowait"})
    void receiveNowReleasesASenderThatWaitsForRoom() {
        var ends = MemoryObjectStream.<String>create(1);
        ends.sender().sendNow("hello");
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.sender().send("anyio"));
            untilSendersWait(ends, 1);
            assertThat(ends.receiver().receiveNow()).isEqualTo("hello");
        });
        assertThat(ends.receiver().receiveNow()).isEqualTo("anyio");
    }

    @AnyIOTest(leakCheck = false)
    @Law({128})
    @Ported({"ME::test_send_nowait_then_receive_nowait"})
    void theBufferKeepsTheOrderAndSaysWhenItIsFullOrEmpty() {
        var ends = MemoryObjectStream.<String>create(2);
        ends.sender().sendNow("hello");
        ends.sender().sendNow("anyio");
        assertThatThrownBy(() -> ends.sender().sendNow("one too many")).isInstanceOf(WouldBlockException.class);
        assertThat(ends.receiver().receiveNow()).isEqualTo("hello");
        assertThat(ends.receiver().receiveNow()).isEqualTo("anyio");
        assertThatThrownBy(ends.receiver()::receiveNow).isInstanceOf(WouldBlockException.class);
    }

    @AnyIOTest(leakCheck = false)
    @Law({128})
    void anUnlimitedStreamNeverMakesASenderWait() {
        var ends = MemoryObjectStream.<Integer>unlimited();
        for (int i = 0; i < 1000; i++) {
            ends.sender().sendNow(i);
        }
        for (int i = 0; i < 1000; i++) {
            assertThat(ends.receiver().receive()).isEqualTo(i);
        }
    }

    @AnyIOTest(leakCheck = false)
    @Law({132})
    @Ported({"ME::test_cancel_receive"})
    void aCancelledReceiverLeavesNoGhost() {
        var ends = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(ends.receiver()::receive);
            untilReceiversWait(ends, 1);
            group.cancel();
            assertThatThrownBy(() -> ends.sender().sendNow("hello")).isInstanceOf(WouldBlockException.class);
        });
        assertThatThrownBy(() -> ends.sender().sendNow("hello")).isInstanceOf(WouldBlockException.class);
        assertThat(ends.sender().statistics().tasksWaitingReceive()).isZero();
    }

    @AnyIOTest(leakCheck = false)
    @Law({132})
    @Ported({"ME::test_cancel_send"})
    void aCancelledSenderLeavesNoItem() {
        var ends = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.sender().send("hello"));
            untilSendersWait(ends, 1);
            group.cancel();
            assertThatThrownBy(ends.receiver()::receiveNow).isInstanceOf(WouldBlockException.class);
        });
        assertThatThrownBy(ends.receiver()::receiveNow).isInstanceOf(WouldBlockException.class);
        assertThat(ends.sender().statistics().tasksWaitingSend()).isZero();
    }

    @AnyIOTest(leakCheck = false)
    @Law({133})
    @Ported({"ME::test_receive_when_cancelled"})
    void aCancelledTaskReceivesNothing() {
        var ends = MemoryObjectStream.<String>rendezvous();
        TaskGroup.run(group -> {
            group.startSoon(() -> ends.sender().send("hello"));
            untilSendersWait(ends, 1);
            group.startSoon(() -> ends.sender().send("world"));
            untilSendersWait(ends, 2);
            CancelScope.open(scope -> {
                scope.cancel();
                assertThat(catchThrowable(ends.receiver()::receive)).isInstanceOf(Cancelled.class);
            });
            assertThat(ends.receiver().receive()).isEqualTo("hello");
            assertThat(ends.receiver().receive()).isEqualTo("world");
        });
    }

    @AnyIOTest(leakCheck = false)
    @Law({133})
    @Ported({"ME::test_send_when_cancelled"})
    void aCancelledTaskSendsNothing() {
        var ends = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> received.add(ends.receiver().receive()));
            CancelScope.open(scope -> {
                scope.cancel();
                assertThat(catchThrowable(() -> ends.sender().send("hello"))).isInstanceOf(Cancelled.class);
            });
            ends.sender().send("world");
        });
        assertThat(received).containsExactly("world");
    }

    @AnyIOTest(leakCheck = false)
    @Law({133, 212})
    void inACancelledScopeABufferedItemStaysWhereItIs() {
        var ends = MemoryObjectStream.<String>create(1);
        ends.sender().sendNow("hello");
        CancelScope.open(scope -> {
            scope.cancel();
            assertThat(catchThrowable(ends.receiver()::receive)).isInstanceOf(Cancelled.class);
        });
        assertThat(ends.receiver().receiveNow()).isEqualTo("hello");
    }

    @AnyIOTest(leakCheck = false)
    @Law({134})
    @Ported({"ME::test_cancel_during_receive"})
    void anItemThatWasHandedOverIsReceivedDespiteACancellation() {
        var ends = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> scope.run(() -> received.add(ends.receiver().receive())));
            untilReceiversWait(ends, 1);
            ends.sender().sendNow("hello");
            scope.cancel();
        });
        assertThat(scope.cancelCalled()).isTrue();
        assertThat(received).containsExactly("hello");
    }

    @AnyIOTest(leakCheck = false)
    @Law({134})
    void aSenderWhoseItemWasTakenReturnsDespiteACancellation() {
        var ends = MemoryObjectStream.<String>rendezvous();
        var returned = Event.create();
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> scope.run(() -> {
                ends.sender().send("hello");
                returned.set();
            }));
            untilSendersWait(ends, 1);
            assertThat(ends.receiver().receiveNow()).isEqualTo("hello");
            scope.cancel();
        });
        assertThat(returned.isSet()).isTrue();
    }

    @AnyIOTest(leakCheck = false)
    @Law({135})
    @Ported({"ME::test_cancel_during_receive_buffered", "ME::test_send_to_natively_cancelled_receiver"})
    void anItemForACancelledReceiverGoesToTheBuffer() {
        var ends = MemoryObjectStream.<String>create(1);
        var scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> scope.run(ends.receiver()::receive));
            untilReceiversWait(ends, 1);
            scope.cancel();
            ends.sender().sendNow("item");
        });
        assertThat(ends.receiver().receiveNow()).isEqualTo("item");
    }

    @AnyIOTest(leakCheck = false)
    @Law({135})
    void anItemForACancelledReceiverGoesToTheNextOne() {
        var ends = MemoryObjectStream.<String>rendezvous();
        List<String> received = new ArrayList<>();
        TaskGroup.run(group -> {
            var first = group.startSoon(
                    () -> received.add("first " + ends.receiver().receive()));
            untilReceiversWait(ends, 1);
            group.startSoon(() -> received.add("second " + ends.receiver().receive()));
            untilReceiversWait(ends, 2);
            first.cancel();
            ends.sender().sendNow("item");
        });
        assertThat(received).containsExactly("second item");
    }
}
