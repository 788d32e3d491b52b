package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Interruptible;
import io.anyio.TaskGroup;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import io.anyio.testing.junit.AnyIOTest;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/** Tests of blocking foreign calls that are made checkpoints. */
class InterruptibleLawsTest {
    private final AtomicBoolean inside = new AtomicBoolean();

    /** Waits until cancelled, and reports when it has begun. */
    private String forever() throws InterruptedException {
        inside.set(true);
        return new LinkedBlockingQueue<String>().take();
    }

    private static boolean interrupted() {
        return Thread.currentThread().isInterrupted();
    }

    @AnyIOTest
    @Law({96})
    void aCallGivesItsValueAndOthersRunMeanwhile() throws InterruptedException {
        BlockingQueue<String> queue = new ArrayBlockingQueue<>(1);
        TaskGroup.run(group -> {
            group.startSoon(() -> queue.put("a"));
            assertThat(Interruptible.call(queue::take)).isEqualTo("a");
        });
    }

    @AnyIOTest
    @Law({54, 57})
    void aCancellationInterruptsTheCallAndComesOutAsItself() {
        TaskGroup.run(group -> {
            var scope = CancelScope.create();
            group.startSoon(() -> {
                Await.until(inside::get);
                scope.cancel("enough");
            });
            scope.run(() -> assertThatThrownBy(() -> Interruptible.call(this::forever))
                    .isInstanceOfSatisfying(Cancelled.class, c -> {
                        assertThat(c.reason()).contains("enough");
                        assertThat(c.getSuppressed()).singleElement().isInstanceOf(InterruptedException.class);
                    }));
            assertThat(interrupted()).isFalse();
            AnyIO.checkpoint();
        });
    }

    @AnyIOTest
    @Law({54, 56})
    void inACancelledScopeTheCodeDoesNotRun() {
        var scope = CancelScope.open(cancelled -> {
            cancelled.cancel();
            assertThatThrownBy(() -> Interruptible.run(() -> inside.set(true))).isInstanceOf(Cancelled.class);
            Interruptible.run(() -> inside.set(true));
        });
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(inside).isFalse();
        assertThat(interrupted()).isFalse();
    }

    @AnyIOTest
    @Law({54, 75})
    void aCallThatHasCompletedKeepsItsValueAndTheInterruptDoesNotLeak() {
        var values = new ArrayList<String>();
        var scope = CancelScope.open(cancelled -> {
            values.add(Interruptible.call(() -> {
                cancelled.cancel();
                assertThat(interrupted()).isTrue();
                return "done";
            }));
            assertThat(interrupted()).isFalse();
            AnyIO.checkpoint();
            values.add("not reached");
        });
        assertThat(values).containsExactly("done");
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({75})
    void aCallThatHasFailedKeepsItsFailure() {
        for (Exception own : List.of(new IOException("own"), new SocketTimeoutException("took too long"))) {
            var scope = CancelScope.open(cancelled -> {
                assertThatThrownBy(() -> Interruptible.run(() -> {
                            cancelled.cancel();
                            throw own;
                        }))
                        .isSameAs(own);
                assertThat(interrupted()).isFalse();
            });
            assertThat(scope.cancelledCaught()).isFalse();
        }
    }

    @AnyIOTest
    @Law({54})
    void anInterruptionInsideOfOtherFailuresIsRecognised() {
        var scope = CancelScope.open(cancelled -> Interruptible.run(() -> {
            cancelled.cancel();
            try {
                forever();
            } catch (InterruptedException e) {
                throw new IllegalStateException("as libraries do", new IOException(e));
            }
        }));
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({54})
    void aSocketThatWasInterruptedIsRecognised() throws Exception {
        try (var server = new ServerSocket(0);
                var client = new Socket(server.getInetAddress(), server.getLocalPort());
                Socket peer = server.accept()) {
            TaskGroup.run(group -> {
                group.startSoon(() -> {
                    Await.until(inside::get);
                    group.cancel();
                });
                Interruptible.call(() -> {
                    inside.set(true);
                    return client.getInputStream().read();
                });
            });
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @AnyIOTest
    @Law({62, 63})
    void aShieldKeepsTheInterruptAway() {
        var values = new ArrayList<String>();
        BlockingQueue<String> queue = new LinkedBlockingQueue<>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                Await.until(inside::get);
                group.cancel();
                CancelScope.shielded(() -> {
                    Await.settled();
                    queue.add("kept");
                });
            });
            CancelScope.shielded(() -> values.add(Interruptible.call(() -> {
                inside.set(true);
                String taken = queue.take();
                assertThat(interrupted()).isFalse();
                return taken;
            })));
        });
        assertThat(values).containsExactly("kept");
    }

    @AnyIOTest
    @Law({65})
    void aShieldThatIsLoweredExposesTheCall() {
        TaskGroup.run(group -> {
            var shield = CancelScope.create().setShield(true);
            group.startSoon(() -> {
                Await.until(inside::get);
                group.cancel();
                shield.setShield(false);
            });
            shield.run(() -> Interruptible.call(this::forever));
            throw new AssertionError("cancelled before");
        });
    }

    @AnyIOTest(simulated = false) // a simulation's clock stands still during a foreign call
    @Law({80, 87})
    void aDeadlineInterruptsToo() {
        assertThatThrownBy(() -> Timeouts.failAfter(Duration.ofMillis(5), () -> Interruptible.call(this::forever)))
                .isInstanceOf(TimedOutException.class);
        assertThat(interrupted()).isFalse();
    }

    @AnyIOTest
    @Law({45})
    void aHandleInterruptsItsTask() {
        TaskGroup.run(group -> {
            var handle = group.startSoon(() -> Interruptible.call(this::forever));
            Await.until(inside::get);
            handle.cancel();
            handle.await();
            assertThat(handle.status().name()).isEqualTo("CANCELLED");
        });
    }

    @AnyIOTest
    void anInterruptFromElsewhereIsNoCancellation() {
        var me = Thread.currentThread();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                Await.until(inside::get);
                me.interrupt();
            });
            assertThatThrownBy(() -> Interruptible.call(this::forever)).isInstanceOf(InterruptedException.class);
            assertThat(interrupted()).isFalse();
        });
        me.interrupt(); // before the call
        assertThatThrownBy(() -> Interruptible.call(this::forever)).isInstanceOf(InterruptedException.class);
        me.interrupt(); // the call ignores it
        Interruptible.run(() -> {});
        assertThat(Thread.interrupted()).isTrue();
    }

    @AnyIOTest
    void cancelledAndInterruptedTheInterruptIsKept() throws InterruptedException {
        var scope = CancelScope.open(cancelled -> Interruptible.run(() -> {
            Thread.currentThread().interrupt();
            cancelled.cancel();
            forever();
        }));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @AnyIOTest
    void theCodeMayCallBackIntoTheLibrary() {
        var event = Event.create();
        var values = new ArrayList<String>();
        TaskGroup.run(group -> {
            group.startSoon(event::set);
            Interruptible.run(() -> {
                event.await();
                values.add("awaited");
                group.cancel();
                try {
                    forever();
                } catch (InterruptedException e) {
                    values.add("interrupted");
                    throw e;
                }
            });
        });
        assertThat(values).containsExactly("awaited", "interrupted");
    }

    @AnyIOTest
    void aWaitInsideThatIsCancelledDoesNotHideTheCallAround() {
        var values = new ArrayList<String>();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                Await.until(inside::get);
                group.cancel();
            });
            Interruptible.run(() -> {
                inside.set(true);
                try {
                    AnyIO.sleepForever();
                } catch (Cancelled swallowed) {
                    values.add("swallowed");
                }
                forever();
            });
        });
        assertThat(values).containsExactly("swallowed");
    }

    @AnyIOTest
    void tasksThatMeetInForeignCodeTakeTurnsInTheirOwn() throws InterruptedException {
        var counter = new int[1]; // a plain int, safe only because one task of a loop runs at a time
        var start = new CountDownLatch(8);
        TaskGroup.run(group -> {
            for (int i = 0; i < 8; i++) {
                group.startSoon(() -> {
                    Interruptible.run(() -> {
                        start.countDown();
                        start.await();
                    });
                    for (int n = 0; n < 200; n++) {
                        for (int k = 0; k < 5_000; k++) {
                            counter[0]++;
                        }
                        Interruptible.run(() -> {});
                    }
                });
            }
        });
        assertThat(counter[0]).isEqualTo(8 * 200 * 5_000);
    }

    @AnyIOTest
    @Law({75})
    void ofACancellationAndACompletionAtTheSameTimeNothingIsLost() throws Exception {
        BlockingQueue<Integer> queue = new LinkedBlockingQueue<>();
        int rounds = 100;
        var taken = new ArrayList<Integer>();
        for (int i = 0; i < rounds; i++) {
            int item = i;
            var scope = CancelScope.create();
            var go = new CountDownLatch(1);
            CompletableFuture<Void> canceller = CompletableFuture.runAsync(() -> {
                awaitQuietly(go);
                scope.cancel();
            });
            CompletableFuture<Void> producer = CompletableFuture.runAsync(() -> {
                awaitQuietly(go);
                queue.add(item);
            });
            scope.run(() -> {
                int got = Interruptible.call(() -> {
                    go.countDown();
                    return queue.take();
                });
                taken.add(got);
            });
            assertThat(interrupted()).as("round %d", i).isFalse();
            Interruptible.run(() -> CompletableFuture.allOf(canceller, producer).get());
            assertThat(taken.size() + queue.size()).as("round %d", i).isEqualTo(i + 1);
            assertThat(scope.cancelledCaught()).isEqualTo(!queue.isEmpty());
            taken.addAll(queue);
            queue.clear();
        }
        assertThat(taken).hasSize(rounds).doesNotHaveDuplicates();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A failure whose cause is set later: to itself, or to one that it causes. */
    private static final class Circular extends Exception {
        private static final long serialVersionUID = 1L;

        private transient Throwable cause = this;

        @Override
        public synchronized Throwable getCause() {
            return cause;
        }
    }

    private static Circular pair() {
        var first = new Circular();
        var second = new Circular();
        first.cause = second;
        second.cause = first;
        return first;
    }

    /** A failure with an endless chain of causes, each created on request. */
    private static final class Endless extends Exception {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            return new Endless();
        }
    }

    /** A failure that throws when its cause is requested. */
    private static final class Secretive extends Exception {
        private static final long serialVersionUID = 1L;

        @Override
        public synchronized Throwable getCause() {
            throw new IllegalStateException("expected: no cause is given");
        }
    }

    @AnyIOTest
    void aCallThatFailsWithCausesThatHaveNoEndFailsWithThatAlsoWhenCancelled() {
        for (Exception thrown : List.of(new Circular(), pair(), new Endless(), new Secretive())) {
            var scope = CancelScope.create();
            scope.run(() -> {
                Throwable seen = catchThrowable(() -> Interruptible.run(() -> {
                    scope.cancel();
                    throw thrown;
                }));
                assertThat(seen == thrown).as(thrown.getClass().getSimpleName()).isTrue();
            });
            assertThat(interrupted()).isFalse();
        }
    }

    @AnyIOTest
    void anInterruptionIsFoundAmongCausesThatFormACircle() {
        var first = new Circular();
        var interruption = new InterruptedException("expected");
        interruption.initCause(first);
        first.cause = interruption;
        var scope = CancelScope.create();
        scope.run(() -> assertThatThrownBy(() -> Interruptible.run(() -> {
                    scope.cancel();
                    throw first;
                }))
                .isInstanceOf(Cancelled.class));
        assertThat(interrupted()).isFalse();
    }
}
