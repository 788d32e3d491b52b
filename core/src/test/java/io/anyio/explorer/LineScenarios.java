package io.anyio.explorer;

import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import java.util.ArrayList;
import java.util.List;

/** Tasks leave a line at any place while others join: the rest is served in the order of arrival. */
final class LineScenarios {
    private static final int ROUNDS = 4;

    private LineScenarios() {}

    /** Waits in a line until served. */
    private interface Joining {
        void join();
    }

    /** Serves the first of a line. */
    private interface Serving {
        void serve();
    }

    static void ofALock(ScenarioContext ctx) {
        var lock = ctx.lock(true);
        TaskGroup.run(group -> {
            lock.acquire();
            boolean[] mine = {true};
            Serving once = () -> { // each passes it on
                if (mine[0]) {
                    lock.release();
                    mine[0] = false;
                }
            };
            comeAndGo(ctx, group, lock::acquire, once, lock::release);
            once.serve();
        });
    }

    static void ofASemaphore(ScenarioContext ctx) {
        var semaphore = ctx.semaphore(1, true);
        TaskGroup.run(group -> {
            semaphore.acquire();
            comeAndGo(ctx, group, semaphore::acquire, semaphore::release, () -> {});
            semaphore.release();
        });
    }

    static void ofALimiter(ScenarioContext ctx) {
        var limiter = ctx.limiter(1);
        Object[] holder = {"first"};
        TaskGroup.run(group -> {
            limiter.acquireOnBehalfOf(holder[0]);
            Joining join = () -> {
                var mine = new Object();
                limiter.acquireOnBehalfOf(mine);
                holder[0] = mine;
            };
            comeAndGo(ctx, group, join, () -> limiter.releaseOnBehalfOf(holder[0]), () -> {});
            limiter.releaseOnBehalfOf(holder[0]);
        });
    }

    static void ofACondition(ScenarioContext ctx) {
        var condition = ctx.condition();
        TaskGroup.run(group -> comeAndGo(
                ctx, group, () -> condition.run(condition::await), () -> condition.run(condition::signal), () -> {}));
    }

    static void ofReceivers(ScenarioContext ctx) {
        var stream = ctx.<String>stream(ctx.pick(2));
        TaskGroup.run(group -> comeAndGo(
                ctx,
                group,
                () -> stream.receiver().receive(),
                () -> stream.sender().sendNow("item"),
                () -> {}));
    }

    static void ofSenders(ScenarioContext ctx) {
        int room = ctx.pick(2);
        var stream = ctx.<String>stream(room);
        TaskGroup.run(group -> {
            if (room == 1) {
                stream.sender().sendNow("item");
            }
            comeAndGo(
                    ctx,
                    group,
                    () -> stream.sender().send("item"),
                    () -> stream.receiver().receiveNow(),
                    () -> {});
        });
    }

    /** @param after what a task does once it was served and has told so */
    private static void comeAndGo(ScenarioContext ctx, TaskGroup group, Joining line, Serving first, Joining after) {
        List<TaskHandle<?>> waiting = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        List<String> served = new ArrayList<>();
        int joined = 0;
        for (int round = 0; round < ROUNDS; round++) {
            for (int more = ctx.pick(4); more > 0; more--) {
                String name = "waiter" + joined++;
                waiting.add(ctx.go(group, name, () -> {
                    line.join();
                    served.add(name);
                    after.join();
                }));
                ScenarioContext.settle();
            }
            for (int fewer = ctx.pick(3); fewer > 0 && !waiting.isEmpty(); fewer--) {
                waiting.remove(ctx.pick(waiting.size())).cancel();
            }
            if (ctx.flip()) {
                ScenarioContext.settle(); // else they leave while others join
            }
        }
        waiting.forEach(handle -> expected.add(handle.name()));
        for (int left = expected.size(); left > 0; left--) {
            first.serve();
            ScenarioContext.settle();
        }
        ctx.equal(served, expected, "who was served");
    }
}
