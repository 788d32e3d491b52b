package io.anyio;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.task.MapOptions;
import io.anyio.testing.junit.SimulatedTest;
import org.junit.jupiter.api.Test;

/** How tasks are started: the options say it, and the forms without options stand for the defaults. */
class TaskOptionsTest {

    @Test
    void theyPrintWhatWasChosen() {
        assertThat(TaskOptions.DEFAULTS).hasToString("TaskOptions[on the loop of the starter]");
        assertThat(TaskOptions.DEFAULTS.withName("a").withSpread(true)).hasToString("TaskOptions[name 'a', spread]");
        assertThat(TaskOptions.DEFAULTS.withLoop(2)).hasToString("TaskOptions[on loop 2]");
        assertThat(MapOptions.DEFAULTS.withLimit(3).withTasks(TaskOptions.DEFAULTS.withLoop(1)))
                .hasToString("MapOptions[limit 3, TaskOptions[on loop 1]]");
    }

    @Test
    void theLastChoiceOfALoopCounts() {
        TaskOptions spread = TaskOptions.DEFAULTS.withLoop(1).withSpread(true);
        assertThat(spread.spread()).isTrue();
        assertThat(spread.loop()).isEmpty();
        assertThat(spread.withLoop(2).spread()).isFalse();
        assertThat(spread.withLoop(2).loop()).hasValue(2);
        assertThat(spread.withLoop(2).withSpread(false).loop()).isEmpty();
    }

    @SimulatedTest
    void aHandleOfAStartedTaskCanBeHadWithoutOptions() {
        TaskGroup.run(group -> {
            StartedTask<String, Integer> plain = group.startHandle(status -> {
                status.started(1);
                return "value";
            });
            StartedTask<String, Integer> named = group.startHandle(TaskOptions.named("named"), status -> {
                status.started(2);
                return "other";
            });
            assertThat(plain.startValue()).isEqualTo(1);
            assertThat(plain.handle().join()).isEqualTo("value");
            assertThat(plain.handle().name()).contains("TaskOptionsTest");
            assertThat(named.handle().name()).isEqualTo("named");
        });
    }
}
