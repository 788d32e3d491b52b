package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.Interruptible;
import io.anyio.StopRequest;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;

/**
 * The code of docs/cancellation.md. The test of the docs compares it with the page, runs it, and compares what it
 * prints.
 */
public final class Cancellation {
    private Cancellation() {}

    /** In virtual time, so that a slow machine changes nothing. */
    private static <X extends Exception> void inATask(Block<X> body) throws X {
        AnyIO.run(body, "simulation");
    }

    private static String answerAfter(long millis) {
        AnyIO.sleep(Duration.ofMillis(millis));
        return "an answer";
    }

    /** One task gives up what another one does. */
    public static void scope() {
        inATask(() -> {
            // begin scope
            var scope = CancelScope.create();
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    scope.run(() -> {
                        System.out.println("waits");
                        AnyIO.sleepForever();
                    });
                    System.out.println("continues; cancelled: " + scope.cancelledCaught());
                });
                AnyIO.awaitAllTasksBlocked();
                scope.cancel("no customers");
            });
            // end scope
        });
    }

    /** It stays cancelled. */
    public static void level() {
        inATask(() -> {
            // begin level
            CancelScope.open(scope -> {
                scope.cancel("enough");
                for (int number = 1; number <= 2; number++) {
                    try {
                        AnyIO.checkpoint();
                    } catch (Cancelled c) {
                        System.out.println(
                                "checkpoint " + number + ": " + c.reason().orElseThrow());
                    }
                }
            });
            AnyIO.checkpoint();
            System.out.println("after the scope nothing is cancelled");
            // end level
        });
    }

    /** Of two cancelled scopes. */
    public static void outermost() {
        inATask(() -> {
            // begin outermost
            CancelScope outer = CancelScope.open(around -> {
                CancelScope.open(inner -> {
                    inner.cancel();
                    around.cancel();
                    AnyIO.checkpoint();
                });
                System.out.println("never printed");
            });
            System.out.println("caught by the outer one: " + outer.cancelledCaught());
            // end outermost
        });
    }

    /** Time-outs that are no failure. */
    public static void moveOn() {
        inATask(() -> {
            // begin move-on
            CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(10), () -> AnyIO.sleepForever());
            System.out.println("timed out: " + scope.cancelledCaught());

            String answer = Timeouts.moveOnAfter(Duration.ofMillis(10), "nothing", () -> answerAfter(5_000));
            System.out.println("got " + answer);
            // end move-on
        });
    }

    /** Time-outs that are one. */
    public static void fail() {
        inATask(() -> {
            // begin fail
            try {
                Timeouts.failAfter(Duration.ofMillis(10), "the mirror is slow", () -> AnyIO.sleepForever());
            } catch (TimedOutException e) {
                System.out.println(e.getMessage());
            }
            // end fail
        });
    }

    /** A deadline that moves. */
    public static void deadline() {
        inATask(() -> {
            // begin deadline
            CancelScope scope = Timeouts.moveOnAfter(Duration.ofSeconds(30), patience -> {
                for (int number = 1; number <= 5; number++) {
                    AnyIO.sleep(Duration.ofSeconds(10));
                    patience.setDeadline(Deadline.after(Duration.ofSeconds(30))); // 30 more seconds after each step
                }
                Duration left = AnyIO.currentEffectiveDeadline().since(AnyIO.currentTime());
                System.out.println("after 50 seconds there are " + left.toSeconds() + " left");
            });
            System.out.println("timed out: " + scope.cancelledCaught());
            // end deadline
        });
    }

    /** Kept away from the outside. */
    public static void shield() {
        inATask(() -> {
            // begin shield
            CancelScope.open(scope -> {
                scope.cancel();
                CancelScope.shielded(() -> {
                    AnyIO.sleep(Duration.ofMillis(1));
                    System.out.println("not disturbed");
                });
                AnyIO.checkpoint();
                System.out.println("never printed");
            });
            // end shield
        });
    }

    /** Clean-up that waits, but not for ever. */
    public static void cleanUp() {
        inATask(() -> {
            // begin clean-up
            Timeouts.moveOnAfter(Duration.ofMillis(10), () -> {
                try {
                    AnyIO.sleepForever();
                } finally {
                    CancelScope.shielded(() -> Timeouts.moveOnAfter(Duration.ofSeconds(1), () -> {
                        AnyIO.sleep(Duration.ofMillis(1)); // tells the other side
                        System.out.println("said goodbye");
                    }));
                }
            });
            // end clean-up
        });
    }

    /** A time-out that nothing outside can reach. */
    public static void shieldedTimeOut() {
        inATask(() -> {
            // begin shielded-time-out
            CancelScope.open(outer -> {
                outer.cancel();
                CancelScope goodbye = Timeouts.moveOnAfter(Duration.ofMillis(10), scope -> {
                    scope.setShield(true);
                    AnyIO.sleepForever(); // the other side never answers
                });
                System.out.println("given up by its own time-out: " + goodbye.cancelledCaught());
            });
            // end shielded-time-out
        });
    }

    /** Failures are caught, the cancellation is not. */
    public static void worker() {
        inATask(() -> {
            // begin worker
            CancelScope scope = Timeouts.moveOnAfter(Duration.ofMillis(50), () -> {
                while (true) {
                    try {
                        AnyIO.sleep(Duration.ofMillis(20));
                        throw new IOException("a bad job");
                    } catch (Exception e) { // any failure of a job, but not Cancelled
                        System.out.println(e.getMessage());
                    }
                }
            });
            System.out.println("ended by the time-out: " + scope.cancelledCaught());
            // end worker
        });
    }

    /** Foreign calls as checkpoints; not in virtual time, which stands still while foreign code waits. */
    public static void interruptible() throws InterruptedException {
        AnyIO.run(
                () -> {
                    // begin interruptible
                    var queue = new ArrayBlockingQueue<String>(10);
                    String job = Timeouts.moveOnAfter(
                            Duration.ofMillis(5), "no job for me", () -> Interruptible.call(queue::take));
                    System.out.println(job);
                    // end interruptible
                },
                "netty");
    }

    /** Ask first, cancel later. */
    public static void grace() {
        inATask(() -> {
            // begin grace
            TaskGroup.run(group -> {
                group.startSoon(TaskOptions.named("server"), () -> {
                    StopRequest.moveOn(() -> {
                        AnyIO.sleepForever(); // accepts connections
                    });
                    System.out.println("no new connections");
                    AnyIO.sleep(Duration.ofMillis(1)); // existing connections may finish
                    System.out.println("the last one is done");
                });
                AnyIO.awaitAllTasksBlocked();
                group.cancelScope().cancelAfter(Duration.ofSeconds(30));
            });
            // end grace
        });
    }
}
