package io.anyio.explorer;

import static io.anyio.explorer.BlockingCall.Supply.FOR_ALL;
import static io.anyio.explorer.BlockingCall.Supply.KEPT;
import static io.anyio.explorer.BlockingCall.Supply.LOST;
import static io.anyio.explorer.BlockingCall.Supply.PASSED_ON;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.select.Select;
import io.anyio.select.SelectClause;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Condition;
import io.anyio.sync.Lock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every call of the library that waits and needs no network. */
final class BlockingCalls {
    private BlockingCalls() {}

    static Map<String, BlockingCall.Factory> all() {
        Map<String, BlockingCall.Factory> calls = new LinkedHashMap<>();
        calls.put("Event.await", (ctx, _) -> event(ctx));
        calls.put("Deferred.join", (ctx, _) -> deferred(ctx));
        calls.put("Lock.acquire", (ctx, _) -> lock(ctx, false));
        calls.put("Lock.fast.acquire", (ctx, _) -> lock(ctx, true));
        calls.put("Semaphore.acquire", (ctx, _) -> semaphore(ctx));
        calls.put("CapacityLimiter.acquire", (ctx, _) -> limiter(ctx, false));
        calls.put("CapacityLimiter.acquireOnBehalfOf", (ctx, _) -> limiter(ctx, true));
        calls.put("Condition.await", (ctx, _) -> conditionAwait(ctx));
        calls.put("Condition.awaitFor", (ctx, _) -> conditionAwaitFor(ctx));
        calls.put("receive from a buffer", (ctx, _) -> receiveBuffered(ctx));
        calls.put("receive at a rendezvous", (ctx, _) -> receiveRendezvous(ctx));
        calls.put("send at a rendezvous", (ctx, _) -> sendRendezvous(ctx));
        calls.put("send into a full buffer", (ctx, _) -> sendFull(ctx));
        calls.put("receive until closed", (ctx, _) -> receiveUntilClosed(ctx));
        calls.put("send until broken", (ctx, _) -> sendUntilBroken(ctx));
        calls.put("Select of a receive", (ctx, _) -> selectReceive(ctx));
        calls.put("Select of a lock", (ctx, _) -> selectLock(ctx));
        calls.put("TaskHandle.await", BlockingCalls::handle);
        calls.put("TaskGroup.start", BlockingCalls::start);
        calls.put("leaving a group", (ctx, _) -> leaving(ctx));
        calls.put("sleepUntil", (ctx, _) -> sleepUntil(ctx));
        calls.put("sleep, looking again", (_, _) -> polling());
        return calls;
    }

    /** A call made of two pieces of code. */
    private static BlockingCall call(
            BlockingCall.Supply supply, boolean instant, Runnable await, Runnable grant, Runnable giveBack) {
        return new BlockingCall(supply, instant) {
            @Override
            void await() {
                await.run();
            }

            @Override
            void grant() {
                grant.run();
            }

            @Override
            void giveBack() {
                giveBack.run();
            }
        };
    }

    private static BlockingCall call(BlockingCall.Supply supply, boolean instant, Runnable await, Runnable grant) {
        return call(supply, instant, await, grant, () -> {});
    }

    private static BlockingCall event(ScenarioContext ctx) {
        var event = ctx.event();
        return call(FOR_ALL, true, event::await, event::set);
    }

    private static BlockingCall deferred(ScenarioContext ctx) {
        var deferred = ctx.<String>deferred();
        return call(
                FOR_ALL,
                true,
                () -> ctx.equal(deferred.join(), "value", "the value joined"),
                () -> deferred.complete("value"));
    }

    private static BlockingCall lock(ScenarioContext ctx, boolean fast) {
        var lock = ctx.lock(fast);
        lock.acquireNow();
        return call(PASSED_ON, true, lock::acquire, lock::release, lock::release);
    }

    private static BlockingCall semaphore(ScenarioContext ctx) {
        var semaphore = ctx.semaphore(1);
        semaphore.acquireNow();
        return call(PASSED_ON, true, semaphore::acquire, semaphore::release, semaphore::release);
    }

    private static BlockingCall limiter(ScenarioContext ctx, boolean onBehalf) {
        var limiter = ctx.limiter(1);
        limiter.acquireNow();
        if (!onBehalf) {
            return call(PASSED_ON, true, limiter::acquire, limiter::release, limiter::release);
        }
        return call(
                PASSED_ON,
                true,
                () -> limiter.acquireOnBehalfOf("of " + AnyIO.currentTask().name()),
                limiter::release,
                () -> limiter.releaseOnBehalfOf("of " + AnyIO.currentTask().name()));
    }

    private static BlockingCall conditionAwait(ScenarioContext ctx) {
        var condition = ctx.condition(Lock.fast()); // the woken task takes it and continues: it is free for a signal
        return call(LOST, true, () -> condition.run(() -> heldAfter(ctx, condition, condition::await)), () -> {
            condition.acquireNow();
            condition.signal();
            condition.release();
        });
    }

    private static BlockingCall conditionAwaitFor(ScenarioContext ctx) {
        var condition = ctx.condition(Lock.fast()); // the woken task takes it and continues: it is free for a signal
        int[] items = {0};
        return call(
                KEPT,
                true,
                () -> condition.run(() -> heldAfter(
                        ctx,
                        condition,
                        () -> ctx.equal(condition.awaitFor(() -> items[0] > 0 ? items[0]-- : null), 1, "items"))),
                () -> {
                    condition.acquireNow();
                    items[0]++;
                    condition.signal();
                    condition.release();
                });
    }

    private static void heldAfter(ScenarioContext ctx, Condition condition, Runnable wait) {
        try {
            wait.run();
        } finally {
            ctx.expect(
                    condition
                            .statistics()
                            .lockStatistics()
                            .owner()
                            .map(info -> info.name())
                            .orElse("")
                            .equals(AnyIO.currentTask().name()),
                    "after a wait for a condition the lock is not held by who waited");
        }
    }

    private static BlockingCall receiveBuffered(ScenarioContext ctx) {
        MemoryObjectStream<String> stream = ctx.stream(4);
        return call(
                KEPT,
                true,
                () -> ctx.equal(stream.receiver().receive(), "item", "received"),
                () -> stream.sender().sendNow("item"));
    }

    private static BlockingCall selectReceive(ScenarioContext ctx) {
        MemoryObjectStream<String> stream = ctx.stream(4);
        SelectClause<String> never = ctx.<String>deferred().onJoin();
        return call(
                KEPT,
                true,
                () -> ctx.equal(Select.first(never, stream.receiver().onReceive()), "item", "received"),
                () -> stream.sender().sendNow("item"));
    }

    private static BlockingCall selectLock(ScenarioContext ctx) {
        var lock = ctx.lock();
        SelectClause<?> never = ctx.event().onSet();
        lock.acquireNow();
        return call(PASSED_ON, true, () -> Select.<Object>fair(lock.onAcquire(), never), lock::release, lock::release);
    }

    private static BlockingCall receiveRendezvous(ScenarioContext ctx) {
        MemoryObjectStream<String> stream = ctx.stream(0);
        return call(LOST, true, () -> ctx.equal(stream.receiver().receive(), "item", "received"), () -> {
            try {
                stream.sender().sendNow("item");
            } catch (WouldBlockException noneWaits) {
                ctx.note("no task takes the item");
            }
        });
    }

    private static BlockingCall sendRendezvous(ScenarioContext ctx) {
        MemoryObjectStream<String> stream = ctx.stream(0);
        return call(LOST, true, () -> stream.sender().send("item"), () -> {
            try {
                ctx.equal(stream.receiver().receiveNow(), "item", "received");
            } catch (WouldBlockException noneWaits) {
                ctx.note("no task sends an item");
            }
        });
    }

    private static BlockingCall sendFull(ScenarioContext ctx) {
        MemoryObjectStream<String> stream = ctx.stream(1);
        stream.sender().sendNow("item");
        return call(
                KEPT,
                true,
                () -> stream.sender().send("item"),
                () -> ctx.equal(stream.receiver().receiveNow(), "item", "received"));
    }

    private static BlockingCall receiveUntilClosed(ScenarioContext ctx) {
        MemoryObjectStream<String> stream = ctx.stream(ctx.pick(2));
        return call(
                FOR_ALL,
                true,
                () -> ctx.expectThrown(
                        EndOfStreamException.class, () -> stream.receiver().receive()),
                () -> stream.sender().close());
    }

    private static BlockingCall sendUntilBroken(ScenarioContext ctx) {
        MemoryObjectStream<String> stream = ctx.stream(0);
        return call(
                FOR_ALL,
                true,
                () -> ctx.expectThrown(
                        BrokenResourceException.class, () -> stream.sender().send("item")),
                () -> stream.receiver().close());
    }

    private static BlockingCall handle(ScenarioContext ctx, TaskGroup all) {
        var goOn = ctx.event();
        var handle = ctx.go(all, "awaited", goOn::await);
        return call(FOR_ALL, false, handle::await, goOn::set);
    }

    private static BlockingCall start(ScenarioContext ctx, TaskGroup all) {
        var goOn = ctx.event();
        return call(
                FOR_ALL,
                false,
                () -> ctx.equal(
                        all.<String>start(
                                ctx.options("started"),
                                status -> ctx.traced(() -> {
                                    goOn.await();
                                    status.started("ready");
                                })),
                        "ready",
                        "the value that was reported"),
                goOn::set);
    }

    private static BlockingCall leaving(ScenarioContext ctx) {
        var goOn = ctx.event();
        return call(FOR_ALL, false, () -> TaskGroup.run(group -> ctx.go(group, "member", goOn::await)), goOn::set);
    }

    private static BlockingCall sleepUntil(ScenarioContext ctx) {
        Deadline point = ctx.at(10);
        return call(
                FOR_ALL,
                false,
                () -> {
                    AnyIO.sleepUntil(point);
                    ctx.expect(ctx.now() >= 10, "woken at " + ctx.now() + " ms instead of 10");
                },
                () -> AnyIO.sleepUntil(point));
    }

    private static BlockingCall polling() {
        boolean[] goOn = {false};
        return call(
                FOR_ALL,
                false,
                () -> {
                    while (!goOn[0]) {
                        AnyIO.sleep(ScenarioContext.ms(1));
                    }
                    AnyIO.checkpoint();
                },
                () -> {
                    goOn[0] = true;
                    AnyIO.sleep(ScenarioContext.ms(1));
                });
    }
}
