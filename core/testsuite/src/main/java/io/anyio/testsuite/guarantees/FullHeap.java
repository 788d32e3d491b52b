package io.anyio.testsuite.guarantees;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.sync.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A program whose heap is repeatedly full for a tenth of a second while its tasks wait deep in their stacks. */
final class FullHeap {
    static final String END = "end";

    private static final long FULL = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int PIECE = 2048;

    private static final AtomicInteger STRUCK = new AtomicInteger();
    private static volatile boolean over;

    @SuppressWarnings("unused") // it fills the heap
    private static volatile @Nullable Object heap;

    private FullHeap() {}

    /** Takes the number of times that the heap is filled; it is filled more often until a task has met the error. */
    public static void main(String[] args) {
        int times = Integer.parseInt(args[0]);
        AnyIO.run(() -> TaskGroup.run(group -> {
            List<Block<Exception>> waits = List.of(
                    () -> AnyIO.sleep(Duration.ofMillis(2)), AnyIO::checkpoint, FullHeap::timeOut, FullHeap::event);
            for (int depth = 0; depth <= 600; depth += 200) {
                for (Block<Exception> wait : waits) {
                    int frames = depth;
                    group.startSoon(() -> waitAgainAndAgain(frames, wait));
                }
            }
            AnyIO.sleep(Duration.ofMillis(300));
            Thread.ofPlatform().daemon().start(() -> fill(times));
        }));
        System.out.println(STRUCK.get() > 0 ? END : "the heap was never full");
    }

    private static void waitAgainAndAgain(int frames, Block<Exception> wait) throws Exception {
        while (!over) {
            try {
                descend(frames, wait);
            } catch (Throwable noMemory) { // possibly wrapped
                STRUCK.incrementAndGet();
            }
        }
    }

    private static void descend(int frames, Block<Exception> wait) throws Exception {
        if (frames == 0) {
            wait.run();
        } else {
            descend(frames - 1, wait);
        }
    }

    private static void timeOut() {
        Timeouts.moveOnAfter(Duration.ofMillis(1), () -> AnyIO.sleepForever());
    }

    private static void event() {
        var event = Event.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                AnyIO.checkpoint();
                event.set();
            });
            event.await();
        });
    }

    private static void fill(int times) {
        for (int i = 0; i < times || (STRUCK.get() == 0 && i < 50); i++) {
            Object[] chain = null;
            try {
                while (true) {
                    chain = new Object[] {chain, new byte[PIECE]};
                }
            } catch (OutOfMemoryError full) {
                heap = chain;
                chain = null;
                pause();
            }
            heap = null;
            pause();
        }
        over = true;
    }

    private static void pause() {
        long start = System.nanoTime();
        while (System.nanoTime() - start < FULL) {
            Thread.onSpinWait();
        }
    }
}
