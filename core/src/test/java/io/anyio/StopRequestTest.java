package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.testing.Simulation;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Asked first, cancelled after a while. */
class StopRequestTest {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final List<String> trail = new ArrayList<>();

    private void note(String what) {
        trail.add(what + " at " + AnyIO.currentTime().since(Deadline.ofNanos(0)).toSeconds());
    }

    /** What was noted under this seed. */
    private List<String> seen() {
        List<String> seen = List.copyOf(trail);
        trail.clear();
        return seen;
    }

    private static void sleep(int seconds) {
        AnyIO.sleep(Duration.ofSeconds(seconds));
    }

    /** Asks {@code scope} to stop one second from now. */
    private static void askSoon(TaskGroup group, CancelScope scope) {
        group.startSoon(TaskOptions.named("asks"), () -> {
            sleep(1);
            scope.cancelAfter(GRACE, "shutdown");
        });
    }

    @SimulatedTest(seeds = 20)
    void whoLooksStopsInTime() {
        TaskGroup.run(group -> {
            askSoon(group, group.cancelScope());
            while (!StopRequest.isPending()) {
                sleep(2);
            }
            note("stopped");
            sleep(3);
            note("cleaned up");
        });
        assertThat(seen()).containsExactly("stopped at 2", "cleaned up at 5");
    }

    @SimulatedTest(seeds = 20)
    void whoDoesNotLookIsCancelledWhenTheGracePeriodIsOver() {
        var scope = CancelScope.create();
        scope.run(() -> TaskGroup.run(group -> {
            askSoon(group, scope);
            try {
                AnyIO.sleepForever();
            } catch (Cancelled c) {
                note("cancelled, " + c.reason().orElse("?"));
                assertThat(c).hasMessageContaining("by task 'asks'");
                throw c;
            }
        }));
        assertThat(seen()).containsExactly("cancelled, shutdown at 11");
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(scope.cancelReason()).contains("shutdown");
    }

    @SimulatedTest(seeds = 20)
    void aGracePeriodThatIsOverIsNoTimeout() {
        Timeouts.failAfter(Duration.ofMinutes(1), scope -> {
            scope.cancelAfter(GRACE);
            scope.cancelAfter(GRACE.multipliedBy(2)); // longer: changes nothing
            AnyIO.sleepForever();
        });
        assertThatThrownBy(() -> Timeouts.failAfter(Duration.ofSeconds(5), scope -> {
                    scope.cancelAfter(GRACE);
                    AnyIO.sleepForever();
                }))
                .as("the nearer deadline stays what it is")
                .isInstanceOf(TimedOutException.class);
    }

    @SimulatedTest(seeds = 20)
    void childrenAtAnyDepthAreAskedAndThoseBehindAShieldAreNot() {
        TaskGroup.run(outer -> {
            outer.startSoon(() -> TaskGroup.run(inner -> {
                inner.startSoon(() -> {
                    StopRequest.await();
                    note("child");
                });
                CancelScope.shielded(() -> Timeouts.moveOnAfter(Duration.ofSeconds(20), () -> {
                    assertThat(StopRequest.isPending()).isFalse();
                    StopRequest.await();
                }));
                note("behind the shield");
            }));
            askSoon(outer, outer.cancelScope());
            StopRequest.await();
            note("host");
        });
        assertThat(seen()).containsExactlyInAnyOrder("host at 1", "child at 1", "behind the shield at 20");
    }

    @SimulatedTest(seeds = 20)
    void whatListensIsGivenUpAndTheRestHasItsTime() {
        TaskGroup.run(group -> {
            askSoon(group, group.cancelScope());
            CancelScope accepting = StopRequest.moveOn(() -> {
                group.startSoon(() -> {
                    sleep(5);
                    note("connection done");
                });
                AnyIO.sleepForever();
            });
            assertThat(accepting.cancelledCaught()).isTrue();
            assertThat(accepting.cancelReason()).contains("shutdown");
            note("no more connections");
            assertThat(StopRequest.<String, RuntimeException>moveOn("asked before", () -> {
                        note("runs to its first checkpoint");
                        AnyIO.checkpoint();
                        return "not reached";
                    }))
                    .isEqualTo("asked before");
        });
        assertThat(seen())
                .containsExactly(
                        "no more connections at 1", "runs to its first checkpoint at 1", "connection done at 5");
    }

    @SimulatedTest(seeds = 20)
    void onlyTheScopeThatWasAskedIsAsked() {
        TaskGroup.run(group -> {
            var first = group.startSoon(() -> Timeouts.moveOnAfter(Duration.ofSeconds(2), () -> StopRequest.await()));
            var scope = CancelScope.create();
            group.startSoon(() -> scope.run(() -> {
                StopRequest.await();
                note("asked");
            }));
            askSoon(group, scope);
            first.await();
            note("other");
            assertThat(scope.stopRequested()).isTrue();
            assertThat(scope.cancelCalled()).isFalse();
            assertThat(group.cancelScope().stopRequested()).isFalse();
        });
        assertThat(seen()).containsExactly("asked at 1", "other at 2");
    }

    @SimulatedTest(seeds = 20)
    void theDeadlineTellsHowLongThereIsAndMovesThePeriod() {
        var scope = CancelScope.open(asked -> {
            asked.cancelAfter(GRACE, "first");
            Deadline end = AnyIO.currentEffectiveDeadline();
            assertThat(end.since(AnyIO.currentTime())).isEqualTo(GRACE);
            asked.cancelAfter(GRACE.multipliedBy(2), "longer: does not count");
            assertThat(asked.deadline()).isEqualTo(end);
            asked.cancelAfter(Duration.ofSeconds(4), "shorter");
            assertThat(asked.deadline()).isEqualTo(Deadline.after(Duration.ofSeconds(4)));
            try {
                AnyIO.sleepForever();
            } finally {
                note("cancelled");
            }
        });
        assertThat(seen()).containsExactly("cancelled at 4");
        assertThat(scope.cancelReason()).contains("first");
    }

    @SimulatedTest
    void aDeadlineThatIsMovedAfterTheRequestIsATimeoutAgain() {
        assertThatThrownBy(() -> Timeouts.failAfter(Duration.ofMinutes(1), scope -> {
                    scope.cancelAfter(GRACE);
                    scope.setDeadline(Deadline.after(Duration.ofSeconds(30)));
                    AnyIO.sleepForever();
                }))
                .isInstanceOf(TimedOutException.class);
    }

    @SimulatedTest
    void withoutAnyGraceItIsACancellation() {
        var scope = CancelScope.open(cancelled -> {
            cancelled.cancelAfter(Duration.ZERO, "now");
            assertThat(cancelled.cancelCalled()).isTrue();
            assertThat(StopRequest.isPending()).isTrue();
            assertThatThrownBy(StopRequest::await).isInstanceOf(Cancelled.class);
            AnyIO.checkpoint();
        });
        assertThat(scope.cancelReason()).contains("now");
        assertThat(scope.stopRequested()).isTrue();
    }

    @SimulatedTest
    void aScopeThatIsAskedBeforeItIsEnteredHasItsWholePeriod() {
        var scope = CancelScope.create();
        scope.cancelAfter(GRACE.multipliedBy(3));
        scope.cancelAfter(GRACE);
        scope.cancelAfter(GRACE.multipliedBy(2));
        sleep(5);
        scope.run(() -> {
            assertThat(StopRequest.isPending()).isTrue();
            try {
                AnyIO.sleepForever();
            } finally {
                note("cancelled");
            }
        });
        assertThat(seen()).containsExactly("cancelled at 15");
        scope.cancelAfter(GRACE); // left: no task is asked
    }

    @SimulatedTest(seeds = 20)
    void aShieldThatIsLoweredLetsTheRequestThrough() {
        TaskGroup.run(group -> {
            var shield = CancelScope.create().setShield(true);
            askSoon(group, group.cancelScope());
            group.startSoon(() -> {
                sleep(3);
                shield.setShield(false);
            });
            shield.run(() -> {
                StopRequest.await();
                note("asked");
            });
        });
        assertThat(seen()).containsExactly("asked at 3");
    }

    @SimulatedTest(seeds = 20)
    void aPlainCancellationIsNotTakenForARequest() {
        var scope = CancelScope.open(cancelled -> {
            TaskGroup.run(group -> {
                group.startSoon(() -> cancelled.cancel());
                var listening = StopRequest.moveOn(() -> AnyIO.sleepForever());
                note("not reached, " + listening);
            });
        });
        assertThat(seen()).isEmpty();
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @Test
    void inDebugModeTheCancellationSaysWhoAsked() {
        var origin = AnyIO.<Throwable[], RuntimeException>run(
                () -> {
                    var seen = new Throwable[1];
                    CancelScope.open(scope -> {
                        scope.cancelAfter(GRACE);
                        try {
                            AnyIO.sleepForever();
                        } catch (Cancelled c) {
                            seen[0] = c.getSuppressed()[0];
                            throw c;
                        }
                    });
                    return seen;
                },
                Simulation.DEFAULTS.withDebug(true));
        assertThat(origin[0].getStackTrace())
                .anyMatch(frame -> frame.getMethodName().contains("inDebugModeTheCancellationSaysWhoAsked"));
    }
}
