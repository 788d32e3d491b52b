package io.anyio.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.ValueBlock;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.testing.junit.SimulatedTest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Code with a value and code without, in all the shapes in which users write it: that they compile, and as what. */
class BodyShapesTest {
    private final List<String> done = new ArrayList<>();

    private void save() {
        done.add("saved");
    }

    private void log() throws IOException {
        done.add("logged");
    }

    private int number() {
        done.add("number");
        return 1;
    }

    private String word() throws IOException {
        done.add("word");
        return "word";
    }

    private static <T extends @Nullable Object> T same(T value) {
        return value;
    }

    @SimulatedTest
    void bodiesThatAllGiveAValueGiveTheirValues() {
        List<Integer> numbers = Tasks.gather(() -> number(), () -> number());
        List<Object> both = Tasks.gather(() -> number(), () -> word());
        List<Object> references = Tasks.gather(this::number, this::word);
        List<String> generic = Tasks.gather(() -> same("a"), () -> word());
        List<Integer> blocks = Tasks.gather(
                () -> {
                    save();
                    return 1;
                },
                () -> numbers.isEmpty() ? 2 : 3);
        assertThat(numbers).containsExactly(1, 1);
        assertThat(both).isEqualTo(references).containsExactly(1, "word");
        assertThat(generic).containsExactly("a", "word");
        assertThat(blocks).containsExactly(1, 3);
    }

    @SimulatedTest
    void bodiesWithoutAValueNeedNone() {
        Tasks.gather(() -> save());
        Tasks.gather(() -> save(), () -> log());
        Tasks.gather(this::save, this::log, () -> save());
        Tasks.gather(
                () -> {
                    save();
                },
                () -> {
                    log();
                    AnyIO.checkpoint();
                });
        assertThat(done).hasSize(8).containsOnly("saved", "logged");
    }

    @SimulatedTest
    void oneBodyWithoutAValueMakesTheOthersDropTheirs() {
        Tasks.gather(() -> number(), () -> save());
        Tasks.gather(this::word, this::log);
        Tasks.race(() -> save(), () -> word());
        assertThat(done).contains("number", "saved", "word", "logged");
    }

    @SimulatedTest
    void aBodyThatNeverReturnsFitsBothKinds() {
        assertThatThrownBy(() -> Tasks.gather(() -> {
                    throw new IOException("alone");
                }))
                .isInstanceOf(ExceptionGroup.class);
        assertThatThrownBy(() -> Tasks.gather(
                        () -> {
                            throw new IOException("beside code without a value");
                        },
                        () -> save()))
                .isInstanceOf(ExceptionGroup.class);
        int first = Tasks.race(() -> number(), () -> {
            while (true) {
                AnyIO.checkpoint();
            }
        });
        assertThat(first).isEqualTo(1);
        Tasks.race(() -> save(), () -> {
            while (true) {
                AnyIO.checkpoint();
            }
        });
    }

    @SimulatedTest
    void callsInsideOfCallsAndInTasksOfAGroup() {
        Tasks.gather(() -> Tasks.gather(() -> save(), () -> log()), () -> Tasks.gather(() -> number()));
        List<List<Integer>> nested =
                Tasks.gather(() -> Tasks.gather(() -> number()), () -> Tasks.gather(() -> number(), () -> number()));
        assertThat(nested).containsExactly(List.of(1), List.of(1, 1));
        TaskGroup.run(group -> {
            group.startSoon(() -> Tasks.gather(() -> save(), () -> log()));
            TaskHandle<List<String>> handle = group.startSoon(() -> Tasks.gather(() -> word(), () -> word()));
            assertThat(handle.join()).containsExactly("word", "word");
        });
    }

    @SimulatedTest
    void bodiesInVariablesArraysAndCollections() {
        Block<RuntimeException> block = () -> save();
        ValueBlock<Integer, RuntimeException> value = () -> number();
        Tasks.gather(block, block);
        Tasks.gather(block, () -> log());
        List<Integer> numbers = Tasks.gather(value, () -> 2);
        assertThat(numbers).containsExactly(1, 2);
        assertThat(Tasks.<Integer>gather(List.of(value, value))).containsExactly(1, 1);

        List<Block<?>> blocks = List.of(block, () -> log());
        Tasks.gather(blocks.toArray(Block<?>[]::new));
        Tasks.race(blocks.toArray(Block<?>[]::new));
        Tasks.gather(new Block<?>[0]);
        assertThat(done).contains("logged");
    }

    @SimulatedTest
    void aReferenceToAMethodWithoutOverloadsIsClear() {
        var stream = MemoryObjectStream.<String>create(2);
        stream.sender().sendNow("a");
        stream.sender().sendNow("b");
        List<String> items =
                Tasks.gather(stream.receiver()::receive, () -> stream.receiver().receive());
        assertThat(items).containsExactlyInAnyOrder("a", "b");
        Tasks.gather(stream::close);
    }

    @SimulatedTest
    void handlesOfTasksWithoutAValueComeAsTheyEnd() {
        List<TaskHandle.Status> ends = new ArrayList<>();
        Tasks.asCompleted(() -> save(), () -> log()).run(ended -> {
            for (TaskHandle<@Nullable Void> task : ended) {
                ends.add(task.status());
            }
        });
        assertThat(ends).containsExactly(TaskHandle.Status.FINISHED, TaskHandle.Status.FINISHED);
        int sum = Tasks.asCompleted(() -> number(), () -> 2).call(ended -> {
            int all = 0;
            for (TaskHandle<Integer> task : ended) {
                all += task.returnValue();
            }
            return all;
        });
        assertThat(sum).isEqualTo(3);
        assertThatThrownBy(() -> Tasks.asCompleted(new Block<?>[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @SimulatedTest
    void aRaceWithoutAValueEndsWithTheFirstThatReturns() {
        Tasks.race(
                () -> {
                    AnyIO.sleepForever();
                    done.add("never");
                },
                () -> save(),
                () -> {
                    throw new IOException("out of the race");
                });
        assertThat(done).containsExactly("saved");
        assertThatThrownBy(() -> Tasks.race(new Block<?>[0])).isInstanceOf(IllegalArgumentException.class);
    }

    @SimulatedTest
    void tasksAreNamedAfterTheClassOfTheirCodeWithAndWithoutAValue() {
        List<String> names = new ArrayList<>();
        Tasks.gather(() -> names.add(AnyIO.currentTask().name()));
        Tasks.gather(() -> {
            names.add(AnyIO.currentTask().name());
        });
        Tasks.forEach(List.of("item"), _ -> names.add(AnyIO.currentTask().name()));
        String here = getClass().getName() + "[0]";
        assertThat(names).containsExactly(here, here, here);
    }
}
