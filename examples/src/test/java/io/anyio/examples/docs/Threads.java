package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.Backends;
import io.anyio.CancelScope;
import io.anyio.ContextVar;
import io.anyio.EventLoopToken;
import io.anyio.TaskGroup;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Event;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.BlockingPortalProvider;
import io.anyio.thread.FromThread;
import io.anyio.thread.ToThread;
import io.anyio.thread.ToThreadOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The code of docs/threads.md. The test of the docs compares it with the page, runs it, and compares what it prints.
 */
public final class Threads {
    private Threads() {}

    // begin compute
    static long primesBelow(int limit) {
        long count = 0;
        for (int candidate = 2; candidate < limit; candidate++) {
            boolean prime = true;
            for (int divisor = 2; prime && divisor * divisor <= candidate; divisor++) {
                prime = candidate % divisor != 0;
            }
            count += prime ? 1 : 0;
        }
        return count;
    }
    // end compute

    /** A worker computes while the loop goes on. */
    public static void toThread() {
        // begin to-thread
        AnyIO.run(() -> TaskGroup.run(group -> {
            group.startSoon(() -> {
                long primes = ToThread.run(() -> primesBelow(100_000));
                System.out.println(primes + " primes");
            });
            AnyIO.checkpoint();
            System.out.println("the loop is free");
        }));
        // end to-thread
    }

    /** Limits, names, time-outs. */
    public static void options() {
        // begin options
        AnyIO.run(() -> {
            var limiter = CapacityLimiter.create(2); // two at a time, apart from other calls
            var options = ToThreadOptions.DEFAULTS.withName("count primes").withLimiter(limiter);
            TaskGroup.run(group -> {
                for (int i = 0; i < 4; i++) {
                    group.startSoon(() -> ToThread.run(options, () -> primesBelow(10_000)));
                }
            });
            System.out.println(limiter.borrowedTokens() + " tokens in use");
            ToThread.defaultLimiter().setTotalTokens(60); // for calls without a limiter of their own
        });
        // end options
    }

    /** A slow call is given up; one that responds to interrupts ends. */
    public static void cancel() throws InterruptedException {
        // begin cancel
        AnyIO.run(() -> {
            var abandon = ToThreadOptions.DEFAULTS.withAbandonOnCancel(true);
            try {
                Timeouts.failAfter(Duration.ofMillis(20), () -> ToThread.run(abandon, Threads::slowNativeCall));
            } catch (TimedOutException tooLate) {
                System.out.println("continues without the answer");
            }
            var interrupt = ToThreadOptions.DEFAULTS.withInterruptOnCancel(true);
            var scope = Timeouts.moveOnAfter(
                    Duration.ofMillis(20), () -> ToThread.run(interrupt, () -> TimeUnit.HOURS.sleep(1)));
            System.out.println("interrupted: " + scope.cancelledCaught());
        });
        // end cancel
    }

    private static void slowNativeCall() {
        try {
            TimeUnit.SECONDS.sleep(2);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A computation asks whether it is still wanted. */
    public static void ask() {
        // begin ask
        AnyIO.run(() -> {
            CancelScope scope = Timeouts.moveOnAfter(
                    Duration.ofMillis(20),
                    () -> ToThread.run(() -> {
                        for (int limit = 1_000; true; limit += 1_000) {
                            FromThread.checkCancelled(); // throws when the time is over
                            primesBelow(limit);
                        }
                    }));
            System.out.println("stopped: " + scope.cancelledCaught());
        });
        // end ask
    }

    /** A worker sends its results to a stream, and waits for room. */
    public static void fromThread() {
        // begin from-thread
        AnyIO.run(() -> {
            var results = MemoryObjectStream.<Long>create(1);
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    ToThread.run(() -> {
                        for (int limit : new int[] {10, 100, 1_000}) {
                            long primes = primesBelow(limit);
                            FromThread.run(() -> results.sender().send(primes));
                        }
                    });
                    results.sender().close();
                });
                for (long primes : results.receiver()) {
                    System.out.println(primes);
                }
            });
        });
        // end from-thread
    }

    /** A thread that the library did not start. */
    public static void token() {
        // begin token
        AnyIO.run(() -> {
            EventLoopToken loop = AnyIO.currentToken();
            var done = Event.create();
            Thread.ofPlatform().start(() -> {
                String name = FromThread.run(loop, () -> {
                    AnyIO.sleep(Duration.ofMillis(1));
                    return AnyIO.currentBackend().orElseThrow();
                });
                System.out.println("ran on " + name);
                done.set(); // does not wait, so any thread may call it
            });
            done.await();
        });
        // end token
    }

    /** A portal within a run. */
    public static void portal() {
        // begin portal
        AnyIO.run(() -> BlockingPortal.run(portal -> {
            var answer = new CompletableFuture<String>();
            Thread.ofPlatform()
                    .start(() -> answer.complete(portal.call(() -> {
                        AnyIO.sleep(Duration.ofMillis(1));
                        return "an answer for a thread";
                    })));
            System.out.println(ToThread.run(answer::join));
        }));
        // end portal
    }

    /** A portal with a run of its own. */
    public static void started() throws Exception {
        // begin started
        try (BlockingPortal portal = BlockingPortal.start()) {
            CompletableFuture<String> slow = portal.startSoon(() -> {
                AnyIO.sleep(Duration.ofMillis(5));
                return "slow";
            });
            CompletableFuture<String> forever = portal.startSoon(() -> {
                AnyIO.sleepForever();
                return "never";
            });
            forever.cancel(true); // cancels the task
            System.out.println(slow.get() + ", " + forever.isCancelled());
        } // waits for the tasks, and for the end of the run
        // end started
    }

    /** A server for a thread that is not a task. */
    public static void startTask() {
        // begin start-task
        try (BlockingPortal portal = BlockingPortal.start()) {
            var service = portal.<String, Integer>startTask(status -> {
                status.started(7007); // such as the port of a listener
                AnyIO.sleepForever();
                return "stopped";
            });
            System.out.println("listens on " + service.startValue());
            service.future().cancel(true);
        }
        // end start-task
    }

    /** A task group for a thread that is not a task. */
    public static void held() {
        // begin held
        try (BlockingPortal portal = BlockingPortal.start();
                var group = portal.<TaskGroup>open(holder -> TaskGroup.run(holder::hold))) {
            group.value().startSoon(() -> System.out.println("a task of the group"));
        } // the end of the group waits for its tasks, in the task that has opened it
        // end held
    }

    // begin provider-class
    static final class Client {
        private final BlockingPortalProvider portals = BlockingPortalProvider.create(Backends.options("jdk", Map.of()));

        String fetch(String name) {
            try (var lease = portals.acquire()) { // the first one starts a run, the end of the last one closes it
                return lease.portal().call(() -> {
                    AnyIO.sleep(Duration.ofMillis(1));
                    return "fetched " + name;
                });
            }
        }
    }
    // end provider-class

    /** Threads share a portal. */
    public static void provider() throws InterruptedException {
        // begin provider
        var client = new Client();
        var both = new CountDownLatch(2);
        for (int i = 0; i < 2; i++) {
            Thread.ofPlatform().start(() -> {
                client.fetch("something");
                both.countDown();
            });
        }
        both.await();
        System.out.println(client.fetch("the last one"));
        // end provider
    }

    /** Context variables on workers and back. */
    public static void context() {
        // begin context
        ContextVar<String> user = ContextVar.create("user");
        AnyIO.run(() -> {
            user.set("ada");
            ToThread.run(() -> {
                System.out.println("on the worker: " + user.get());
                user.set("grace");
                FromThread.run(() -> System.out.println("back on the loop: " + user.get()));
            });
            System.out.println("in the task: " + user.get());
        });
        // end context
    }
}
