package io.anyio.explorer;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.sync.Lock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** How many wait, for every line there is: exact at each step, and a cancelled one counts until it has left. */
final class StatisticsScenarios {
    private StatisticsScenarios() {}

    /** Something to wait for in a line that can be counted. */
    private record Line(Runnable await, IntSupplier waiting, Runnable wakeAll) {}

    private static void count(World w, Line line) {
        int tasks = 1 + w.pick(5);
        List<TaskHandle<?>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < tasks; i++) {
                w.equal(line.waiting().getAsInt(), i, "who waits before another one comes");
                handles.add(w.go(group, "waiter" + i, line.await()::run));
                World.settle();
            }
            int left = tasks;
            for (TaskHandle<?> handle : handles) {
                if (w.flip()) {
                    handle.cancel();
                    w.equal(line.waiting().getAsInt(), left, "who waits right after a cancellation");
                    World.settle();
                    left--;
                }
                w.equal(line.waiting().getAsInt(), left, "who waits");
            }
            line.wakeAll().run();
            w.equal(line.waiting().getAsInt(), 0, "who waits right after all were woken");
        });
    }

    static void ofAnEvent(World w) {
        var event = w.event();
        count(w, new Line(event::await, () -> event.statistics().tasksWaiting(), event::set));
    }

    static void ofASemaphore(World w) {
        var semaphore = w.track(io.anyio.sync.Semaphore.create(0));
        count(w, new Line(semaphore::acquire, () -> semaphore.statistics().tasksWaiting(), () -> {
            while (semaphore.statistics().tasksWaiting() > 0) {
                semaphore.release();
            }
            w.equal(semaphore.value(), 0, "slots left");
        }));
    }

    static void ofALimiter(World w) {
        var limiter = w.limiter(0);
        count(
                w,
                new Line(
                        () -> limiter.run(() -> {}),
                        () -> limiter.statistics().tasksWaiting(),
                        () -> limiter.setTotalTokens(9)));
    }

    static void ofACondition(World w) {
        Lock lock = w.lock();
        var condition = w.condition(lock);
        count(
                w,
                new Line(
                        () -> condition.run(condition::await),
                        () -> condition.statistics().tasksWaiting(),
                        () -> condition.run(condition::signalAll)));
    }

    static void ofWhoReceives(World w) {
        var stream = w.<Integer>stream(w.pick(2));
        count(
                w,
                new Line(
                        () -> stream.receiver().receive(),
                        () -> stream.sender().statistics().tasksWaitingReceive(),
                        () -> {
                            while (stream.sender().statistics().tasksWaitingReceive() > 0) {
                                stream.sender().sendNow(1);
                            }
                            w.equal(stream.sender().statistics().currentBufferUsed(), 0, "items left");
                        }));
    }

    static void ofWhoSends(World w) {
        var stream = w.<Integer>stream(0);
        count(
                w,
                new Line(
                        () -> stream.sender().send(1),
                        () -> stream.receiver().statistics().tasksWaitingSend(),
                        () -> {
                            while (stream.receiver().statistics().tasksWaitingSend() > 0) {
                                stream.receiver().receiveNow();
                            }
                        }));
    }

    static void ofOpenStreams(World w) {
        var stream = w.<Integer>stream(1 + w.pick(3));
        var senders = new ArrayList<>(List.of(stream.sender()));
        var receivers = new ArrayList<>(List.of(stream.receiver()));
        for (int step = 0; step < 20 && !senders.isEmpty() && !receivers.isEmpty(); step++) {
            switch (w.pick(4)) {
                case 0 -> senders.add(senders.get(w.pick(senders.size())).copy());
                case 1 -> receivers.add(receivers.get(w.pick(receivers.size())).copy());
                case 2 -> {
                    var closed = senders.remove(w.pick(senders.size()));
                    closed.close();
                    closed.close();
                }
                default -> {
                    var closed = receivers.remove(w.pick(receivers.size()));
                    closed.close();
                    closed.close();
                }
            }
            var now = stream.sender().statistics();
            w.equal(
                    List.of(now.openSendStreams(), now.openReceiveStreams()),
                    List.of(senders.size(), receivers.size()),
                    "open streams");
        }
    }
}
