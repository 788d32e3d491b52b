package io.anyio.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.AbstractReferenceCounted;
import io.netty.util.ReferenceCounted;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A message that knows how often it was written and released, and where. */
final class TrackedMessage extends AbstractReferenceCounted {
    final int sender;
    final int number;
    private final All all;
    private final AtomicInteger writes = new AtomicInteger();
    private final AtomicInteger releases = new AtomicInteger();

    /** The messages of a test. */
    static final class All {
        private final Queue<TrackedMessage> messages = new ConcurrentLinkedQueue<>();
        private final AtomicInteger elsewhere = new AtomicInteger();
        private final BooleanSupplier onLoop;

        All(BooleanSupplier onLoop) {
            this.onLoop = onLoop;
        }

        TrackedMessage create(int sender, int number) {
            var made = new TrackedMessage(this, sender, number);
            messages.add(made);
            return made;
        }

        int size() {
            return messages.size();
        }

        /** Waits until each message was released exactly once, on the loop's thread, and written at most once. */
        void assertReleased() throws Exception {
            long end = System.nanoTime() + 10_000_000_000L;
            while (messages.stream().anyMatch(message -> message.releases.get() == 0) && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(messages).allSatisfy(message -> {
                assertThat(message.releases).as("releases").hasValue(1);
                assertThat(message.writes.get()).as("writes").isLessThanOrEqualTo(1);
            });
            assertThat(elsewhere)
                    .as("released by another thread than the loop's")
                    .hasValue(0);
        }
    }

    private TrackedMessage(All all, int sender, int number) {
        this.all = all;
        this.sender = sender;
        this.number = number;
    }

    void written() {
        writes.incrementAndGet();
    }

    @Override
    public boolean release() {
        releases.incrementAndGet();
        if (!all.onLoop.getAsBoolean()) {
            all.elsewhere.incrementAndGet();
        }
        return super.release();
    }

    @Override
    protected void deallocate() {}

    @Override
    public ReferenceCounted touch(Object hint) {
        return this;
    }
}
