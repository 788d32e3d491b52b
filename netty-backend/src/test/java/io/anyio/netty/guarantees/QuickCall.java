package io.anyio.netty.guarantees;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.Interruptible;
import io.anyio.StopRequest;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyFutures;
import io.anyio.select.Select;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import io.anyio.task.Tasks;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Calls of docs/checkpoints.md that yield, or that can complete immediately. Each is set up so that it can. */
enum QuickCall {
    CHECKPOINT("AnyIO.checkpoint()", Kind.YIELDING_CHECKPOINT, _ -> AnyIO::checkpoint),
    CHECKPOINT_IF_CANCELLED("AnyIO.checkpointIfCancelled()", Kind.BARE_CHECKPOINT, _ -> AnyIO::checkpointIfCancelled),
    SHIELDED_CHECKPOINT("AnyIO.cancelShieldedCheckpoint()", Kind.YIELD, _ -> AnyIO::cancelShieldedCheckpoint),
    SLEEP_ZERO("AnyIO.sleep(0)", Kind.YIELDING_CHECKPOINT, _ -> () -> AnyIO.sleep(Duration.ZERO)),
    SLEEP_UNTIL_PAST("AnyIO.sleepUntil(PAST)", Kind.YIELDING_CHECKPOINT, _ -> () -> AnyIO.sleepUntil(Deadline.PAST)),
    EMPTY_GROUP("TaskGroup.run without tasks", Kind.YIELD, _ -> () -> TaskGroup.run(_ -> {})),
    EMPTY_GATHER("Tasks.gather without tasks", Kind.YIELD, _ -> () -> Tasks.gather(List.of())),
    TASK_AWAIT("TaskHandle.await of an ended task", Kind.YIELDING_CHECKPOINT, _ -> ended()::await),
    TASK_JOIN("TaskHandle.join of an ended task", Kind.YIELDING_CHECKPOINT, _ -> ended()::join),
    STAGE("AnyIO.await of a completed stage", Kind.YIELDING_CHECKPOINT, _ -> QuickCall::awaitStage),
    NETTY_FUTURE("NettyFutures.await of a completed future", Kind.YIELDING_CHECKPOINT, _ -> QuickCall::awaitFuture),
    INTERRUPTIBLE("Interruptible.run", Kind.YIELDING_CHECKPOINT, _ -> () -> Interruptible.run(() -> {})),
    STOP_REQUEST("StopRequest.await when asked", Kind.YIELDING_CHECKPOINT, _ -> QuickCall::awaitStop),
    EVENT("Event.await when set", Kind.YIELDING_CHECKPOINT, _ -> set()::await),
    LOCK("Lock.acquire", Kind.YIELDING_CHECKPOINT, _ -> taking(Lock.create())),
    FAST_LOCK("Lock.fast().acquire", Kind.BARE_CHECKPOINT, _ -> taking(Lock.fast())),
    SEMAPHORE("Semaphore.acquire", Kind.YIELDING_CHECKPOINT, _ -> taking(Semaphore.create(1))),
    FAST_SEMAPHORE("Semaphore.fast().acquire", Kind.BARE_CHECKPOINT, _ -> taking(Semaphore.fast(1))),
    LIMITER("CapacityLimiter.acquire", Kind.YIELDING_CHECKPOINT, _ -> taking(CapacityLimiter.create(1))),
    DEFERRED_AWAIT("Deferred.await with a value", Kind.YIELDING_CHECKPOINT, _ -> completed()::await),
    DEFERRED_JOIN("Deferred.join with a value", Kind.YIELDING_CHECKPOINT, _ -> completed()::join),
    MEMORY_SEND("MemorySendStream.send with room", Kind.YIELDING_CHECKPOINT, _ -> sending()),
    MEMORY_RECEIVE("MemoryReceiveStream.receive with an item", Kind.YIELDING_CHECKPOINT, _ -> receiving()),
    SELECT_FIRST("Select.first with a ready clause", Kind.YIELDING_CHECKPOINT, _ -> selecting(false)),
    SELECT_FAIR("Select.fair with a ready clause", Kind.YIELDING_CHECKPOINT, _ -> selecting(true)),
    SOCKET_SEND("SocketStream.send", Kind.YIELDING_CHECKPOINT, peer -> {
        SocketStream stream = peer.stream();
        return () -> stream.send(new byte[1]);
    }),
    SOCKET_FLUSH("SocketStream.flush", Kind.YIELDING_CHECKPOINT, peer -> peer.stream()::flush),
    SOCKET_RECEIVE("SocketStream.receive with bytes there", Kind.YIELDING_CHECKPOINT, peer -> {
        SocketStream stream = peer.stream();
        stream.receive(1); // from now on there are more
        return () -> stream.receive(1);
    });

    private enum Kind {
        YIELDING_CHECKPOINT,
        /** Lets others run only before it throws, or only when they have waited for long: nothing is promised here. */
        BARE_CHECKPOINT,
        YIELD
    }

    private interface Opening {
        Block<Exception> open(Peer peer) throws Exception;
    }

    /** The other end of the calls' socket streams: a server that sends enough, and reads everything it receives. */
    static final class Peer implements AutoCloseable {
        private final int port;
        private @Nullable SocketStream stream; // written by the task that makes the calls

        Peer(int port) {
            this.port = port;
        }

        private SocketStream stream() {
            SocketStream open = Tcp.connect(NettyGuaranteeTestBase.HOST, port);
            stream = open;
            return open;
        }

        @Override
        public void close() {
            if (stream != null) {
                stream.close();
            }
        }
    }

    private final String label;
    private final Kind kind;

    @SuppressWarnings("ImmutableEnumChecker") // none of the lambdas has a state
    private final Opening opening;

    QuickCall(String label, Kind kind, Opening opening) {
        this.label = label;
        this.kind = kind;
        this.opening = opening;
    }

    /** Creates, in the current task, the objects of the call. The result makes the call once. */
    Block<Exception> open(Peer peer) throws Exception {
        return opening.open(peer);
    }

    boolean isCheckpoint() {
        return kind != Kind.YIELD;
    }

    boolean letsOthersRun() {
        return kind != Kind.BARE_CHECKPOINT;
    }

    @Override
    public String toString() {
        return label;
    }

    // ---- the objects of the calls ----

    private static TaskHandle<@Nullable Void> ended() {
        return TaskGroup.call(group -> group.startSoon(() -> {}));
    }

    private static void awaitStop() {
        CancelScope.open(scope -> {
            scope.cancelAfter(Duration.ofHours(1));
            StopRequest.await();
        });
    }

    private static void awaitStage() {
        AnyIO.await(CompletableFuture.completedFuture(1));
    }

    private static void awaitFuture() {
        NettyFutures.await(ImmediateEventExecutor.INSTANCE.newSucceededFuture(1));
    }

    private static Event set() {
        var event = Event.create();
        event.set();
        return event;
    }

    private static Deferred<Integer> completed() {
        var deferred = Deferred.<Integer>create();
        deferred.complete(1);
        return deferred;
    }

    private static Block<Exception> taking(Lock lock) {
        return () -> {
            lock.acquire();
            lock.release();
        };
    }

    private static Block<Exception> taking(Semaphore semaphore) {
        return () -> {
            semaphore.acquire();
            semaphore.release();
        };
    }

    private static Block<Exception> taking(CapacityLimiter limiter) {
        return () -> {
            limiter.acquire();
            limiter.release();
        };
    }

    private static Block<Exception> sending() {
        var items = MemoryObjectStream.<Integer>create(1);
        return () -> {
            items.sender().send(1);
            items.receiver().receiveNow();
        };
    }

    private static Block<Exception> receiving() {
        var items = MemoryObjectStream.<Integer>unlimited(); // a cancelled call takes no item
        return () -> {
            items.sender().sendNow(1);
            items.receiver().receive();
        };
    }

    private static Block<Exception> selecting(boolean fair) {
        Event ready = set();
        var never = Event.create();
        return () -> {
            if (fair) {
                Select.fair(never.onSet(), ready.onSet());
            } else {
                Select.first(never.onSet(), ready.onSet());
            }
        };
    }
}
