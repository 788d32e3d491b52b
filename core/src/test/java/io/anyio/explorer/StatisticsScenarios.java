package io.anyio.explorer;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.select.Select;
import io.anyio.sync.Lock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** How many wait, for every line there is: exact at each step, and a cancelled one counts until it has left. */
final class StatisticsScenarios {
    private StatisticsScenarios() {}

    /** Something to wait for in a line that can be counted. */
    private record Line(Runnable await, IntSupplier waiting, Runnable wakeAll) {}

    private static void count(ScenarioContext ctx, Line line) {
        int tasks = 1 + ctx.pick(5);
        List<TaskHandle<?>> handles = new ArrayList<>();
        TaskGroup.run(group -> {
            for (int i = 0; i < tasks; i++) {
                ctx.equal(line.waiting().getAsInt(), i, "who waits before another one comes");
                handles.add(ctx.go(group, "waiter" + i, line.await()::run));
                ScenarioContext.settle();
            }
            int left = tasks;
            for (TaskHandle<?> handle : handles) {
                if (ctx.flip()) {
                    handle.cancel();
                    ctx.equal(line.waiting().getAsInt(), left, "who waits right after a cancellation");
                    ScenarioContext.settle();
                    left--;
                }
                ctx.equal(line.waiting().getAsInt(), left, "who waits");
            }
            line.wakeAll().run();
            ctx.equal(line.waiting().getAsInt(), 0, "who waits right after all were woken");
        });
    }

    static void ofAnEvent(ScenarioContext ctx) {
        var event = ctx.event();
        count(ctx, new Line(event::await, () -> event.statistics().tasksWaiting(), event::set));
    }

    static void ofASemaphore(ScenarioContext ctx) {
        var semaphore = ctx.track(io.anyio.sync.Semaphore.create(0));
        count(ctx, new Line(semaphore::acquire, () -> semaphore.statistics().tasksWaiting(), () -> {
            while (semaphore.statistics().tasksWaiting() > 0) {
                semaphore.release();
            }
            ctx.equal(semaphore.value(), 0, "slots left");
        }));
    }

    static void ofALimiter(ScenarioContext ctx) {
        var limiter = ctx.limiter(0);
        count(
                ctx,
                new Line(
                        () -> limiter.run(() -> {}),
                        () -> limiter.statistics().tasksWaiting(),
                        () -> limiter.setTotalTokens(9)));
    }

    static void ofACondition(ScenarioContext ctx) {
        Lock lock = ctx.lock();
        var condition = ctx.condition(lock);
        count(
                ctx,
                new Line(
                        () -> condition.run(condition::await),
                        () -> condition.statistics().tasksWaiting(),
                        () -> condition.run(condition::signalAll)));
    }

    static void ofWhoReceives(ScenarioContext ctx) {
        var stream = ctx.<Integer>stream(ctx.pick(2));
        count(
                ctx,
                new Line(
                        () -> stream.receiver().receive(),
                        () -> stream.sender().statistics().tasksWaitingReceive(),
                        () -> {
                            while (stream.sender().statistics().tasksWaitingReceive() > 0) {
                                stream.sender().sendNow(1);
                            }
                            ctx.equal(stream.sender().statistics().currentBufferUsed(), 0, "items left");
                        }));
    }

    static void ofWhoSends(ScenarioContext ctx) {
        var stream = ctx.<Integer>stream(0);
        count(
                ctx,
                new Line(
                        () -> stream.sender().send(1),
                        () -> stream.receiver().statistics().tasksWaitingSend(),
                        () -> {
                            while (stream.receiver().statistics().tasksWaitingSend() > 0) {
                                stream.receiver().receiveNow();
                            }
                        }));
    }

    static void ofOpenStreams(ScenarioContext ctx) {
        var stream = ctx.<Integer>stream(1 + ctx.pick(3));
        var senders = new ArrayList<>(List.of(stream.sender()));
        var receivers = new ArrayList<>(List.of(stream.receiver()));
        for (int step = 0; step < 20 && !senders.isEmpty() && !receivers.isEmpty(); step++) {
            switch (ctx.pick(4)) {
                case 0 -> senders.add(senders.get(ctx.pick(senders.size())).copy());
                case 1 ->
                    receivers.add(receivers.get(ctx.pick(receivers.size())).copy());
                case 2 -> {
                    var closed = senders.remove(ctx.pick(senders.size()));
                    closed.close();
                    closed.close();
                }
                default -> {
                    var closed = receivers.remove(ctx.pick(receivers.size()));
                    closed.close();
                    closed.close();
                }
            }
            var now = stream.sender().statistics();
            ctx.equal(
                    List.of(now.openSendStreams(), now.openReceiveStreams()),
                    List.of(senders.size(), receivers.size()),
                    "open streams");
        }
    }

    /** A select that another clause has ended does not wait any more, although it has not left its lines yet. */
    static void ofSelectsThatWereServedElsewhere(ScenarioContext ctx) {
        var event = ctx.event();
        var stream = ctx.<Integer>stream(0);
        var semaphore = ctx.track(io.anyio.sync.Semaphore.create(0));
        int tasks = 1 + ctx.pick(3);
        TaskGroup.run(group -> {
            for (int i = 0; i < tasks; i++) {
                ctx.go(
                        group,
                        "selector" + i,
                        () -> Select.first(
                                stream.receiver().onReceive().then(_ -> 1),
                                semaphore.onAcquire().then(_ -> 2),
                                event.onSet().then(_ -> 3)));
            }
            ScenarioContext.settle();
            ctx.equal(stream.sender().statistics().tasksWaitingReceive(), tasks, "who waits for an item");
            ctx.equal(semaphore.statistics().tasksWaiting(), tasks, "who waits for a slot");
            event.set();
            ctx.equal(stream.sender().statistics().tasksWaitingReceive(), 0, "who waits for an item after the event");
            ctx.equal(semaphore.statistics().tasksWaiting(), 0, "who waits for a slot after the event");
        });
    }
}
