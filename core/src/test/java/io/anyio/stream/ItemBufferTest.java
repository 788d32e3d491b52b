package io.anyio.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The buffer gives back what it got, across the borders of its chunks. */
class ItemBufferTest {

    @Test
    void itIsAQueueWhateverItsFillIs() {
        for (int seed = 0; seed < 50; seed++) {
            var random = new SplittableRandom(seed);
            var buffer = new ItemBuffer();
            Queue<Integer> model = new ArrayDeque<>();
            int upwards = 3;
            for (int i = 0; i < 2000; i++) {
                if (i % 200 == 0) {
                    upwards = 1 + random.nextInt(5); // of 6: fills and empties in turn
                }
                if (random.nextInt(6) < upwards) {
                    buffer.add(i);
                    model.add(i);
                } else if (!model.isEmpty()) {
                    assertThat(buffer.poll()).isEqualTo(model.poll());
                }
                assertThat(buffer.size()).isEqualTo(model.size());
            }
            while (!model.isEmpty()) {
                assertThat(buffer.poll()).isEqualTo(model.poll());
            }
            assertThat(buffer.size()).isZero();
        }
    }

    @Test
    void itKeepsNullsAndRefusesToBePolledWhenEmpty() {
        var buffer = new ItemBuffer();
        buffer.add(null);
        assertThat(buffer.size()).isEqualTo(1);
        assertThat(Objects.isNull(buffer.poll())).isTrue();
        assertThatThrownBy(buffer::poll).hasMessage("the buffer is empty");
    }
}
