package io.anyio.explorer;

import static io.anyio.explorer.Verb.Supply.FOR_ALL;
import static io.anyio.explorer.Verb.Supply.KEPT;
import static io.anyio.explorer.Verb.Supply.LOST;
import static io.anyio.explorer.Verb.Supply.PASSED_ON;

import io.anyio.AnyIO;
import io.anyio.Deadline;
import io.anyio.Select;
import io.anyio.SelectClause;
import io.anyio.TaskGroup;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.Condition;
import io.anyio.sync.Lock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Every call of the library that waits and needs no network. */
final class Verbs {
    private Verbs() {}

    static Map<String, Verb.Factory> all() {
        Map<String, Verb.Factory> verbs = new LinkedHashMap<>();
        verbs.put("Event.await", (w, _) -> event(w));
        verbs.put("Deferred.join", (w, _) -> deferred(w));
        verbs.put("Lock.acquire", (w, _) -> lock(w, false));
        verbs.put("Lock.fast.acquire", (w, _) -> lock(w, true));
        verbs.put("Semaphore.acquire", (w, _) -> semaphore(w));
        verbs.put("CapacityLimiter.acquire", (w, _) -> limiter(w, false));
        verbs.put("CapacityLimiter.acquireOnBehalfOf", (w, _) -> limiter(w, true));
        verbs.put("Condition.await", (w, _) -> conditionAwait(w));
        verbs.put("Condition.awaitFor", (w, _) -> conditionAwaitFor(w));
        verbs.put("receive from a buffer", (w, _) -> receiveBuffered(w));
        verbs.put("receive at a rendezvous", (w, _) -> receiveRendezvous(w));
        verbs.put("send at a rendezvous", (w, _) -> sendRendezvous(w));
        verbs.put("send into a full buffer", (w, _) -> sendFull(w));
        verbs.put("receive until closed", (w, _) -> receiveUntilClosed(w));
        verbs.put("send until broken", (w, _) -> sendUntilBroken(w));
        verbs.put("Select of a receive", (w, _) -> selectReceive(w));
        verbs.put("Select of a lock", (w, _) -> selectLock(w));
        verbs.put("TaskHandle.await", Verbs::handle);
        verbs.put("TaskGroup.start", Verbs::start);
        verbs.put("leaving a group", (w, _) -> leaving(w));
        verbs.put("sleepUntil", (w, _) -> sleepUntil(w));
        verbs.put("sleep, looking again", (_, _) -> polling());
        return verbs;
    }

    /** A verb made of two pieces of code. */
    private static Verb verb(Verb.Supply supply, boolean instant, Runnable await, Runnable grant, Runnable giveBack) {
        return new Verb(supply, instant) {
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

    private static Verb verb(Verb.Supply supply, boolean instant, Runnable await, Runnable grant) {
        return verb(supply, instant, await, grant, () -> {});
    }

    private static Verb event(World w) {
        var event = w.event();
        return verb(FOR_ALL, true, event::await, event::set);
    }

    private static Verb deferred(World w) {
        var deferred = w.<String>deferred();
        return verb(
                FOR_ALL,
                true,
                () -> w.equal(deferred.join(), "value", "the value joined"),
                () -> deferred.complete("value"));
    }

    private static Verb lock(World w, boolean fast) {
        var lock = w.lock(fast);
        lock.acquireNow();
        return verb(PASSED_ON, true, lock::acquire, lock::release, lock::release);
    }

    private static Verb semaphore(World w) {
        var semaphore = w.semaphore(1);
        semaphore.acquireNow();
        return verb(PASSED_ON, true, semaphore::acquire, semaphore::release, semaphore::release);
    }

    private static Verb limiter(World w, boolean onBehalf) {
        var limiter = w.limiter(1);
        limiter.acquireNow();
        if (!onBehalf) {
            return verb(PASSED_ON, true, limiter::acquire, limiter::release, limiter::release);
        }
        return verb(
                PASSED_ON,
                true,
                () -> limiter.acquireOnBehalfOf("of " + AnyIO.currentTask().name()),
                limiter::release,
                () -> limiter.releaseOnBehalfOf("of " + AnyIO.currentTask().name()));
    }

    private static Verb conditionAwait(World w) {
        var condition = w.condition(Lock.fast()); // whoever wakes takes the lock and goes on: it is free for a signal
        return verb(LOST, true, () -> condition.run(() -> heldAfter(w, condition, condition::await)), () -> {
            condition.acquireNow();
            condition.signal();
            condition.release();
        });
    }

    private static Verb conditionAwaitFor(World w) {
        var condition = w.condition(Lock.fast()); // whoever wakes takes the lock and goes on: it is free for a signal
        int[] items = {0};
        return verb(
                KEPT,
                true,
                () -> condition.run(() -> heldAfter(
                        w,
                        condition,
                        () -> w.equal(condition.awaitFor(() -> items[0] > 0 ? items[0]-- : null), 1, "items"))),
                () -> {
                    condition.acquireNow();
                    items[0]++;
                    condition.signal();
                    condition.release();
                });
    }

    private static void heldAfter(World w, Condition condition, Runnable wait) {
        try {
            wait.run();
        } finally {
            w.expect(
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

    private static Verb receiveBuffered(World w) {
        MemoryObjectStream<String> stream = w.stream(4);
        return verb(
                KEPT,
                true,
                () -> w.equal(stream.receiver().receive(), "item", "received"),
                () -> stream.sender().sendNow("item"));
    }

    private static Verb selectReceive(World w) {
        MemoryObjectStream<String> stream = w.stream(4);
        SelectClause<String> never = w.<String>deferred().onJoin();
        return verb(
                KEPT,
                true,
                () -> w.equal(Select.first(never, stream.receiver().onReceive()), "item", "received"),
                () -> stream.sender().sendNow("item"));
    }

    private static Verb selectLock(World w) {
        var lock = w.lock();
        SelectClause<?> never = w.event().onSet();
        lock.acquireNow();
        return verb(PASSED_ON, true, () -> Select.<Object>fair(lock.onAcquire(), never), lock::release, lock::release);
    }

    private static Verb receiveRendezvous(World w) {
        MemoryObjectStream<String> stream = w.stream(0);
        return verb(LOST, true, () -> w.equal(stream.receiver().receive(), "item", "received"), () -> {
            try {
                stream.sender().sendNow("item");
            } catch (WouldBlockException nobody) {
                w.note("nobody takes the item");
            }
        });
    }

    private static Verb sendRendezvous(World w) {
        MemoryObjectStream<String> stream = w.stream(0);
        return verb(LOST, true, () -> stream.sender().send("item"), () -> {
            try {
                w.equal(stream.receiver().receiveNow(), "item", "received");
            } catch (WouldBlockException nobody) {
                w.note("nobody sends an item");
            }
        });
    }

    private static Verb sendFull(World w) {
        MemoryObjectStream<String> stream = w.stream(1);
        stream.sender().sendNow("item");
        return verb(
                KEPT,
                true,
                () -> stream.sender().send("item"),
                () -> w.equal(stream.receiver().receiveNow(), "item", "received"));
    }

    private static Verb receiveUntilClosed(World w) {
        MemoryObjectStream<String> stream = w.stream(w.pick(2));
        return verb(
                FOR_ALL,
                true,
                () -> w.expectThrown(
                        EndOfStreamException.class, () -> stream.receiver().receive()),
                () -> stream.sender().close());
    }

    private static Verb sendUntilBroken(World w) {
        MemoryObjectStream<String> stream = w.stream(0);
        return verb(
                FOR_ALL,
                true,
                () -> w.expectThrown(
                        BrokenResourceException.class, () -> stream.sender().send("item")),
                () -> stream.receiver().close());
    }

    private static Verb handle(World w, TaskGroup all) {
        var goOn = w.event();
        var handle = w.go(all, "awaited", goOn::await);
        return verb(FOR_ALL, false, handle::await, goOn::set);
    }

    private static Verb start(World w, TaskGroup all) {
        var goOn = w.event();
        return verb(
                FOR_ALL,
                false,
                () -> w.equal(
                        all.<String>start(
                                w.options("started"),
                                status -> w.traced(() -> {
                                    goOn.await();
                                    status.started("ready");
                                })),
                        "ready",
                        "the value that was reported"),
                goOn::set);
    }

    private static Verb leaving(World w) {
        var goOn = w.event();
        return verb(FOR_ALL, false, () -> TaskGroup.run(group -> w.go(group, "member", goOn::await)), goOn::set);
    }

    private static Verb sleepUntil(World w) {
        Deadline point = w.at(10);
        return verb(
                FOR_ALL,
                false,
                () -> {
                    AnyIO.sleepUntil(point);
                    w.expect(w.now() >= 10, "woken at " + w.now() + " ms instead of 10");
                },
                () -> AnyIO.sleepUntil(point));
    }

    private static Verb polling() {
        boolean[] goOn = {false};
        return verb(
                FOR_ALL,
                false,
                () -> {
                    while (!goOn[0]) {
                        AnyIO.sleep(World.ms(1));
                    }
                    AnyIO.checkpoint();
                },
                () -> {
                    goOn[0] = true;
                    AnyIO.sleep(World.ms(1));
                });
    }
}
