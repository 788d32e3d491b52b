package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.TaskCancelledException;
import io.anyio.sync.Event;
import io.anyio.task.Tasks;
import io.anyio.testing.junit.AnyIOTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tests of {@code race}: the first of several bodies that returns. AnyIO has none; these extend its group laws. */
class RaceLawsTest {

    private static int forever() {
        AnyIO.sleepForever();
        return 0;
    }

    private static int out(String message) throws IOException {
        throw new IOException(message);
    }

    @AnyIOTest
    @Law({1, 12})
    void theFirstToReturnWinsAndTheOthersAreCancelledAndAwaited() {
        var ends = new ArrayList<String>();
        int value = Tasks.race(
                () -> {
                    try {
                        return forever();
                    } catch (Cancelled c) {
                        CancelScope.shielded(AnyIO::checkpoint);
                        ends.add(c.reason().orElse("no reason"));
                        throw c;
                    }
                },
                () -> 2);
        assertThat(value).isEqualTo(2);
        assertThat(ends).containsExactly("another task has won the race");
    }

    @AnyIOTest
    @Law({54})
    void inACancelledScopeItThrowsEvenIfABodyHasWon() {
        boolean[] passed = {false};
        CancelScope.open(scope -> {
            scope.cancel();
            Tasks.race(() -> 1);
            passed[0] = true;
        });
        assertThat(passed[0]).isFalse();
    }

    @AnyIOTest
    @Law({1})
    void whoThrowsIsOutAndTheRaceGoesOn() {
        var thrown = Event.create();
        int value = Tasks.race(
                () -> {
                    thrown.set();
                    return out("slow");
                },
                () -> {
                    thrown.await();
                    Await.settled();
                    return 7;
                });
        assertThat(value).isEqualTo(7);
    }

    @AnyIOTest
    @Law({8, 10})
    void whenAllThrowAllFailuresLeaveInOrderOfOccurrence() {
        var firstIsOut = Event.create();
        ExceptionGroup thrown = catchThrowableOfType(
                ExceptionGroup.class,
                () -> Tasks.race(
                        () -> {
                            firstIsOut.await();
                            return out("second");
                        },
                        () -> {
                            firstIsOut.set();
                            return out("first");
                        }));
        assertThat(thrown.exceptions()).extracting(Throwable::getMessage).containsExactly("first", "second");
        assertThat(thrown).hasMessageContaining("all tasks of the race failed");
    }

    @AnyIOTest
    @Law({28})
    void anErrorEndsTheRace() {
        ErrorGroup thrown = catchThrowableOfType(
                ErrorGroup.class,
                () -> Tasks.race(RaceLawsTest::forever, () -> {
                    throw new AssertionError("a bug");
                }));
        assertThat(thrown.exceptions()).singleElement().isInstanceOf(AssertionError.class);
    }

    @AnyIOTest
    @Law({1})
    void whatALoserThrowsAfterItHasLostIsDropped() {
        int value = Tasks.race(() -> 1, () -> {
            try {
                return forever();
            } catch (Cancelled c) {
                return out("while cleaning up");
            }
        });
        assertThat(value).isEqualTo(1);
    }

    @AnyIOTest
    @Law({1})
    void nullIsAValueToo() {
        assertThat(Tasks.<@Nullable String>race(() -> null)).isNull();
    }

    @AnyIOTest
    @Law({13})
    void cancelledFromOutsideAllAreCancelledAndTheCancellationGoesOn() {
        var ended = new ArrayList<Integer>();
        var seen = new ArrayList<Throwable>();
        var scope = CancelScope.open(outer -> {
            try {
                Tasks.race(
                        () -> {
                            try {
                                return forever();
                            } finally {
                                ended.add(1);
                            }
                        },
                        () -> {
                            try {
                                outer.cancel();
                                return forever();
                            } catch (Cancelled c) {
                                return out("while cleaning up");
                            }
                        });
            } catch (Cancelled c) {
                seen.addAll(List.of(c.getSuppressed()));
                throw c;
            }
        });
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(ended).containsExactly(1);
        assertThat(seen).singleElement().isInstanceOf(IOException.class);
    }

    @AnyIOTest
    @Law({54, 75})
    void aValueThatWasWonIsNotLostToACancellation() {
        var value = new ArrayList<Integer>();
        var later = new ArrayList<String>();
        var scope = CancelScope.open(outer -> {
            value.add(Tasks.race(() -> 1, () -> {
                try {
                    return forever();
                } catch (Cancelled lost) {
                    outer.cancel(); // while the race waits for this loser
                    throw lost;
                }
            }));
            later.add("after the race");
            AnyIO.checkpoint();
            later.add("after the next checkpoint");
        });
        assertThat(value).containsExactly(1);
        assertThat(later).containsExactly("after the race");
        assertThat(scope.cancelledCaught()).isTrue();
    }

    @AnyIOTest
    @Law({1})
    void aRaceWithoutRunnersIsRefused() {
        assertThatThrownBy(() -> Tasks.race(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at least one body");
    }

    @AnyIOTest
    @Law({1})
    void aCancellationFromElsewhereIsToldApartFromAFailure() {
        var stale = new Cancelled[1];
        CancelScope.open(scope -> {
            scope.cancel();
            try {
                AnyIO.checkpoint();
            } catch (Cancelled c) {
                stale[0] = c;
            }
        });
        assertThatThrownBy(() -> Tasks.race(() -> {
                    throw stale[0];
                }))
                .isInstanceOf(TaskCancelledException.class);
    }
}
