package io.anyio.testsuite.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ErrorGroup;
import io.anyio.ExceptionGroup;
import io.anyio.sync.Event;
import io.anyio.task.MapOptions;
import io.anyio.task.Tasks;
import io.anyio.testing.junit.AnyIOTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Tests of {@code gather} and {@code amap}: all of several bodies, and one task for each item. */
class GatherLawsTest {

    /** Three bodies, each of which ends after the next one: they complete in the order 3, 2, 1. */
    private static final class Backwards {
        private final List<Event> events = List.of(Event.create(), Event.create(), Event.create());
        private final List<Integer> order = new ArrayList<>();

        Backwards() {
            events.get(2).set();
        }

        int when(int value) {
            events.get(value - 1).await();
            order.add(value);
            if (value > 1) {
                events.get(value - 2).set();
            }
            return value;
        }
    }

    private static int boom() throws IOException {
        throw new IOException("boom");
    }

    @AnyIOTest
    @Law({51})
    @Ported({"CU::test_gather_results_in_order"})
    void gatherGivesItsValuesInTheOrderOfTheArguments() {
        var backwards = new Backwards();
        List<Integer> values = Tasks.gather(() -> backwards.when(1), () -> backwards.when(2), () -> backwards.when(3));
        assertThat(values).containsExactly(1, 2, 3);
        assertThat(backwards.order).containsExactly(3, 2, 1);
    }

    @AnyIOTest
    @Law({52})
    @Ported({"CU::test_gather_propagates_exception"})
    void aFailureLeavesGatherAsAGroup() {
        ExceptionGroup thrown =
                catchThrowableOfType(ExceptionGroup.class, () -> Tasks.gather(() -> 1, GatherLawsTest::boom));
        assertThat(thrown.exceptions()).singleElement().isInstanceOf(IOException.class);
    }

    @AnyIOTest
    @Law({7, 52})
    void aFailureCancelsTheOthersAndWaitsForThem() {
        var cleanedUp = new ArrayList<String>();
        assertThatThrownBy(() -> Tasks.gather(
                        () -> {
                            try {
                                AnyIO.sleepForever();
                            } finally {
                                CancelScope.shielded(AnyIO::checkpoint);
                                cleanedUp.add("first");
                            }
                            return 1;
                        },
                        GatherLawsTest::boom))
                .isInstanceOf(ExceptionGroup.class);
        assertThat(cleanedUp).containsExactly("first");
    }

    @AnyIOTest
    @Law({28, 52})
    void anErrorMakesItAnErrorGroup() {
        assertThatThrownBy(() -> Tasks.gather(
                        () -> {
                            throw new AssertionError("an error");
                        },
                        () -> 1))
                .isInstanceOf(ErrorGroup.class);
    }

    @AnyIOTest
    @Law({51})
    void nullIsAValueAndNothingGivesAnEmptyList() {
        List<@Nullable String> values = Tasks.<@Nullable String>gather(() -> "a", () -> null);
        assertThat(values).containsExactly("a", null);
        assertThat(Tasks.gather(List.of())).isEmpty();
    }

    @AnyIOTest
    @Law({13, 51})
    void cancelledFromOutsideGatherCancelsAllAndThrowsTheCancellation() {
        var ended = new ArrayList<Integer>();
        var scope = CancelScope.open(outer -> Tasks.gather(
                () -> {
                    try {
                        AnyIO.sleepForever();
                    } catch (Cancelled c) {
                        ended.add(1);
                        throw c;
                    }
                    return 1;
                },
                () -> {
                    outer.cancel();
                    return 2;
                }));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(ended).containsExactly(1);
    }

    @AnyIOTest
    @Law({51})
    @Ported({"CU::test_map_results_ordering"})
    void amapGivesItsValuesInTheOrderOfTheItems() {
        var backwards = new Backwards();
        assertThat(Tasks.map(List.of(1, 2, 3), value -> backwards.when(value) * 2))
                .containsExactly(2, 4, 6);
        assertThat(backwards.order).containsExactly(3, 2, 1);
    }

    @AnyIOTest
    @Law({51})
    @Ported({"CU::test_map_empty_args"})
    void amapOfNothingIsAnEmptyList() {
        assertThat(Tasks.map(List.<Integer>of(), value -> value * 2)).isEmpty();
        assertThat(Tasks.map(MapOptions.DEFAULTS.withLimit(1), List.<Integer>of(), value -> value * 2))
                .isEmpty();
    }

    @AnyIOTest
    @Law({52})
    @Ported({"CU::test_map_propagates_exception"})
    void aFailureLeavesAmapAsAGroup() {
        assertThatThrownBy(() -> Tasks.map(List.of(1, 2, 3), value -> value == 2 ? boom() : value))
                .isInstanceOfSatisfying(
                        ExceptionGroup.class,
                        group -> assertThat(group.exceptions()).singleElement().isInstanceOf(IOException.class));
    }

    @AnyIOTest
    @Law({51})
    void aLimitHoldsAndKeepsTheOrderOfTheItems() {
        var running = new int[1];
        var most = new int[1];
        List<Integer> values = Tasks.map(
                MapOptions.DEFAULTS.withLimit(3), IntStream.range(0, 20).boxed().toList(), item -> {
                    most[0] = Math.max(most[0], ++running[0]);
                    for (int i = 0; i < item % 4; i++) {
                        AnyIO.checkpoint();
                    }
                    AnyIO.checkpoint();
                    running[0]--;
                    return item * item;
                });
        assertThat(values)
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).map(i -> i * i).boxed().toList());
        assertThat(most[0]).isEqualTo(3);
    }

    @AnyIOTest
    @Law({51})
    void withALimitTheSourceIsAskedWhenThereIsRoom() {
        var asked = new ArrayList<Integer>();
        var gate = Event.create();
        Iterable<Integer> endless =
                () -> Stream.iterate(0, item -> item + 1).peek(asked::add).iterator();
        CancelScope scope = CancelScope.open(outer -> Tasks.map(MapOptions.DEFAULTS.withLimit(2), endless, item -> {
            if (item == 1) {
                Await.settled(); // enough time to request more
                assertThat(asked).containsExactly(0, 1);
                gate.set();
            }
            gate.await();
            if (item == 5) {
                outer.cancel();
            }
            return item;
        }));
        assertThat(scope.cancelledCaught()).isTrue();
        assertThat(asked).contains(5); // the endless source has been closed
    }

    @AnyIOTest
    @Law({52})
    void aFailureStopsTheSource() {
        var asked = new ArrayList<Integer>();
        Iterable<Integer> endless =
                () -> Stream.iterate(0, item -> item + 1).peek(asked::add).iterator();
        assertThatThrownBy(
                        () -> Tasks.map(MapOptions.DEFAULTS.withLimit(2), endless, item -> item == 10 ? boom() : item))
                .isInstanceOf(ExceptionGroup.class);
        assertThat(asked).contains(10); // the endless source has been closed
    }

    @AnyIOTest
    @Law({52})
    void aSourceThatFailsCancelsTheTasks() {
        var scopes = new ArrayList<String>();
        assertThatThrownBy(() -> Tasks.map(
                        () -> Stream.of(1, 2).peek(GatherLawsTest::failAtTwo).iterator(), item -> {
                            try {
                                AnyIO.sleepForever();
                            } finally {
                                scopes.add("ended");
                            }
                            return item;
                        }))
                .isInstanceOf(ExceptionGroup.class)
                .hasSuppressedException(new IllegalStateException("no more"));
        assertThat(scopes).containsExactly("ended");
    }

    private static void failAtTwo(int item) {
        if (item == 2) {
            throw new IllegalStateException("no more");
        }
    }
}
