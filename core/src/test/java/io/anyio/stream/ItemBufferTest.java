package io.anyio.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
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
    void itKeepsNoItemThatWasTaken() {
        var buffer = new ItemBuffer();
        List<WeakReference<@Nullable Object>> taken = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            buffer.add(new Object());
            if (i % 4 != 0) {
                taken.add(new WeakReference<>(buffer.poll()));
            }
        }
        for (int i = 0; i < 100 && taken.stream().anyMatch(item -> item.get() != null); i++) {
            System.gc();
        }
        assertThat(taken).allMatch(item -> item.get() == null);
        assertThat(buffer.size()).isEqualTo(50);
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
