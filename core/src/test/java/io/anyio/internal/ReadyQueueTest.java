package io.anyio.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The numbers of a ready queue, whose tasks come through the inbox or directly, again and again. */
class ReadyQueueTest {
    private static final class Element extends ReadyQueue.Node {}

    private final ReadyQueue<Element> queue = new ReadyQueue<>(null);

    private List<Element> push(int count) {
        List<Element> pushed = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            var element = new Element();
            queue.push(element);
            pushed.add(element);
        }
        return pushed;
    }

    @Test
    void elementsOfTheInboxAreCountedBeforeTheyAreTaken() {
        push(3);
        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.everQueued()).isEqualTo(3);
        assertThat(queue.poll()).isNotNull();
        assertThat(queue.size()).isEqualTo(2);
        push(2);
        assertThat(queue.size()).isEqualTo(4);
        assertThat(queue.everQueued()).isEqualTo(5);
    }

    @Test
    void anElementThatComesAgainIsNoNewOne() {
        List<Element> pushed = push(2);
        assertThat(queue.poll()).isSameAs(pushed.getFirst());
        queue.push(pushed.getFirst());
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.everQueued()).isEqualTo(2);
        assertThat(queue.poll()).isSameAs(pushed.getLast());
        queue.pushLocal(pushed.getLast());
        queue.pushLocal(new Element());
        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.everQueued()).isEqualTo(3);
    }
}
