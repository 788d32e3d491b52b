package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ResourceGuard;
import io.anyio.select.Select;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Condition;
import io.anyio.sync.Deferred;
import io.anyio.sync.DeferredFailedException;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.LockStatistics;
import io.anyio.sync.Semaphore;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The code of docs/synchronization.md. The test of the docs compares it with the page, runs it, and compares what it
 * prints.
 */
public final class Synchronization {
    private Synchronization() {}

    private static <X extends Exception> void inATask(Block<X> body) throws X {
        AnyIO.run(body, "netty");
    }

    /** A flag that tasks wait for. */
    public static void event() {
        inATask(() -> {
            // begin event
            var ready = Event.create();
            TaskGroup.run(group -> {
                for (String name : new String[] {"one", "two"}) {
                    group.startSoon(() -> {
                        ready.await();
                        System.out.println(name + " continues");
                    });
                }
                AnyIO.awaitAllTasksBlocked();
                System.out.println(ready.statistics().tasksWaiting() + " wait");
                ready.set();
            });
            // end event
        });
    }

    /** One task at a time. */
    public static void lock() {
        inATask(() -> {
            // begin lock
            var lock = Lock.create();
            TaskGroup.run(group -> {
                for (int number = 1; number <= 3; number++) {
                    int n = number;
                    group.startSoon(() -> lock.run(() -> {
                        System.out.println("task " + n + " has it");
                        AnyIO.sleep(Duration.ofMillis(1));
                        System.out.println("task " + n + " releases it");
                    }));
                }
            });
            // end lock
        });
    }

    /** Waits for a change under a lock. */
    public static void condition() {
        inATask(() -> {
            // begin condition
            var condition = Condition.create();
            Queue<String> jobs = new ArrayDeque<>(); // only touched with the lock
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    String job = condition.call(() -> condition.awaitFor(jobs::poll));
                    System.out.println("got " + job);
                });
                AnyIO.sleep(Duration.ofMillis(1));
                condition.run(() -> {
                    jobs.add("a job");
                    condition.signal();
                });
            });
            // end condition
        });
    }

    /** Slots without owners. */
    public static void semaphore() {
        inATask(() -> {
            // begin semaphore
            var slots = Semaphore.create(2);
            TaskGroup.run(group -> {
                for (int number = 1; number <= 3; number++) {
                    int n = number;
                    group.startSoon(() -> slots.run(() -> {
                        System.out.println("task " + n + " has a slot");
                        AnyIO.sleepForever();
                    }));
                }
                AnyIO.awaitAllTasksBlocked();
                System.out.println("slots left: " + slots.value() + ", tasks waiting: "
                        + slots.statistics().tasksWaiting());
                slots.release(); // by a task that has never taken one
                AnyIO.awaitAllTasksBlocked();
                group.cancel();
            });
            // end semaphore
        });
    }

    /** Tokens with a borrower. */
    public static void limiter() {
        inATask(() -> {
            // begin limiter
            var limiter = CapacityLimiter.create(2);
            TaskGroup.run(group -> {
                for (int number = 1; number <= 5; number++) {
                    group.startSoon(TaskOptions.named("task " + number), () -> limiter.run(AnyIO::sleepForever));
                }
                AnyIO.awaitAllTasksBlocked();
                System.out.println(limiter + ", " + limiter.statistics().tasksWaiting() + " wait");
                limiter.setTotalTokens(4);
                AnyIO.awaitAllTasksBlocked();
                System.out.println(limiter + ", " + limiter.statistics().tasksWaiting() + " wait");
                group.cancel();
            });
            // end limiter
        });
    }

    /** A token that one task acquires and another releases. */
    public static void onBehalf() {
        inATask(() -> {
            // begin on-behalf
            var limiter = CapacityLimiter.create(1);
            limiter.acquireOnBehalfOf("job 7");
            TaskGroup.run(group -> group.startSoon(() -> limiter.releaseOnBehalfOf("job 7")));
            System.out.println(limiter);
            // end on-behalf
        });
    }

    /** A value from other code. */
    public static void deferred() {
        inATask(() -> {
            // begin deferred
            var reply = Deferred.<String>create("reply");
            Thread.ofPlatform().start(() -> reply.complete("hello")); // a client that calls back
            System.out.println(reply.join());

            var broken = Deferred.<String>create("order");
            broken.fail(new IOException("connection reset"));
            try {
                broken.join();
            } catch (DeferredFailedException e) {
                System.out.println(e.getMessage() + ": " + e.getCause().getMessage());
            }
            // end deferred
        });
    }

    /** A second user gets an exception. */
    public static void guard() {
        inATask(() -> {
            // begin guard
            var guard = ResourceGuard.create("reading from");
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    try (var _ = guard.enter()) {
                        AnyIO.sleepForever();
                    }
                });
                AnyIO.awaitAllTasksBlocked();
                try (var _ = guard.enter()) {
                    System.out.println("never printed");
                } catch (BusyResourceException e) {
                    System.out.println(e.getMessage());
                }
                group.cancel();
            });
            // end guard
        });
    }

    /** Acquiring a free lock lets other tasks run, or not. */
    public static void fast() {
        inATask(() -> {
            // begin fast
            for (Lock lock : new Lock[] {Lock.create(), Lock.fast()}) {
                TaskGroup.run(group -> {
                    group.startSoon(() -> System.out.println("another task"));
                    lock.run(() -> System.out.println("with the lock"));
                });
            }
            // end fast
        });
    }

    /** Acquires without waiting. */
    public static void now() {
        inATask(() -> {
            // begin now
            var slots = Semaphore.create(1);
            slots.acquireNow();
            try {
                slots.acquireNow();
            } catch (WouldBlockException e) {
                System.out.println(e.getMessage());
            }
            // end now
        });
    }

    /** A time-out around an acquire. */
    public static void timeout() {
        inATask(() -> {
            // begin timeout
            var slots = Semaphore.create(0);
            CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(1), slots::acquire);
            System.out.println("gave up: " + scope.cancelledCaught() + ", waiting: "
                    + slots.statistics().tasksWaiting());
            // end timeout
        });
    }

    /** The first of a lock and an event. */
    public static void select() {
        inATask(() -> {
            // begin select
            var lock = Lock.create();
            var stop = Event.create();
            String what = Select.first(
                    stop.onSet().then(_ -> "told to stop"), lock.onAcquire().then(_ -> "has the lock"));
            System.out.println(what);
            lock.release();
            // end select
        });
    }

    /** The owner and the waiting tasks. */
    public static void statistics() {
        inATask(() -> {
            // begin statistics
            var lock = Lock.create();
            var done = Event.create();
            TaskGroup.run(group -> {
                group.startSoon(TaskOptions.named("first"), () -> lock.run(done::await));
                group.startSoon(TaskOptions.named("second"), () -> lock.run(() -> System.out.println(lock)));
                AnyIO.awaitAllTasksBlocked();
                LockStatistics now = lock.statistics();
                System.out.println(now.owner().orElseThrow().name() + " has it, waiting: " + now.tasksWaiting());
                done.set();
            });
            // end statistics
        });
    }
}
