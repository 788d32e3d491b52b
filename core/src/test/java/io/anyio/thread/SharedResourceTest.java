package io.anyio.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A resource is open while threads share it, and each that was opened is closed once. */
class SharedResourceTest {
    private static final int THREADS = 4;
    private static final int SHARES = 2_000;

    private final Collection<Resource> opened = new ConcurrentLinkedQueue<>();
    private final Collection<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final SharedResource<Resource> shared =
            new SharedResource<>(this::open, resource -> !resource.broken, Resource::close);
    private volatile boolean refuses;

    /** Can break, as a portal does when one of its tasks throws an error. */
    private static final class Resource {
        private final AtomicInteger closes = new AtomicInteger();
        private volatile boolean broken;

        void use() {
            assertThat(closes).as("a resource that is shared is open").hasValue(0);
        }

        void close() {
            closes.incrementAndGet();
        }
    }

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private Resource open() {
        if (refuses) {
            throw new Refusal();
        }
        var made = new Resource();
        opened.add(made);
        return made;
    }

    /** The seed picks what each thread does; the threads race. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void threadsThatShareAndLeaveAtAnyTime(long seed) throws Exception {
        var random = new SplittableRandom(seed);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            SplittableRandom own = random.split();
            threads.add(Thread.ofPlatform().daemon().start(() -> {
                try {
                    shareAndLeave(own);
                } catch (Throwable t) { // reported below
                    failures.add(t);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(opened)
                .hasSizeGreaterThan(1)
                .allSatisfy(each -> assertThat(each.closes).hasValue(1));
    }

    private void shareAndLeave(SplittableRandom random) {
        for (int i = 0; i < SHARES; i++) {
            refuses = random.nextInt(20) == 0;
            SharedResource.Share<Resource> share;
            try {
                share = shared.acquire();
            } catch (Refusal notOpened) {
                continue;
            }
            share.resource().use();
            if (random.nextInt(50) == 0) {
                share.resource().broken = true;
            }
            if (random.nextBoolean()) {
                Thread.onSpinWait();
                share.resource().use();
            }
            share.close();
            share.close();
        }
    }
}
