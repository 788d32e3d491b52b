package io.anyio.testing;

import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopDriver;
import io.anyio.testing.BackendContract.Part;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The checks of {@link BackendContract} for each {@link LoopDriver} by itself, without the engine. */
final class LoopChecks {
    private static final int TIMES = 100;

    private final Duration patience;

    /** Makes checks that wait so long for a loop. */
    LoopChecks(Duration patience) {
        this.patience = patience;
    }

    void addTo(BackendChecks checks) {
        checks.add("a backend has at least one loop, and the same ones each time", this::loops);
        checks.add("a clock does not go backwards", this::clock);
        checks.add("a loop runs what any thread posts, one at a time and on one thread", this::execute);
        checks.add("a loop runs what is posted after its I/O", this::executeAfterIo);
        BackendChecks timers = checks.needing(Part.TIMERS);
        timers.add("a timer of a loop fires once, on its thread and not early", this::timer);
        timers.add("a timer of a loop can be replaced by an earlier one", this::replacedTimer);
    }

    /** An opened backend, whose engine does nothing but wait for the check. */
    private record Opened(Backend backend, IdleEngine engine) implements AutoCloseable {

        static Opened of(BackendOptions options) {
            var opened = new Opened(options.open(), new IdleEngine());
            opened.backend.start(opened.engine);
            return opened;
        }

        @Override
        public void close() {
            engine.over = true;
            backend.close();
        }
    }

    private void await(CountDownLatch latch, String what) throws InterruptedException {
        Expect.that(
                latch.await(patience.toNanos(), TimeUnit.NANOSECONDS),
                "Expected " + what + ", but that has not happened within " + patience);
    }

    private void loops(BackendOptions options) {
        try (Opened opened = Opened.of(options)) {
            Backend backend = opened.backend;
            Expect.that(!backend.loops().isEmpty(), "Expected at least one loop");
            Expect.equal(backend.loops(), backend.loops(), "the list of loops in the second call");
            Expect.equal(options.backend(), backend.name(), "the name of the backend");
        }
    }

    private void clock(BackendOptions options) {
        try (Opened opened = Opened.of(options)) {
            long before = opened.backend.clock().nanoTime();
            for (int i = 0; i < 1000; i++) {
                long now = opened.backend.clock().nanoTime();
                Expect.that(now - before >= 0, "Expected the clock not to go back from " + before + " to " + now);
                before = now;
            }
        }
    }

    private void execute(BackendOptions options) throws Exception {
        try (Opened opened = Opened.of(options)) {
            for (LoopDriver loop : opened.backend.loops()) {
                var latch = new CountDownLatch(TIMES);
                var thread = new AtomicReference<@Nullable Thread>();
                var violations = new AtomicInteger();
                for (int i = 0; i < TIMES; i++) {
                    loop.execute(() -> {
                        Thread here = Thread.currentThread();
                        Thread first = thread.compareAndExchange(null, here);
                        if (first != null && first != here) {
                            violations.incrementAndGet();
                        }
                        latch.countDown();
                    });
                }
                await(latch, "execute to run everything that was posted");
                Expect.equal(0, violations.get(), "how often a loop ran something on another thread");
                Expect.that(
                        thread.get() != Thread.currentThread(),
                        "Expected execute to use the loop's thread, but it ran on the caller's");
            }
        }
    }

    private void executeAfterIo(BackendOptions options) throws Exception {
        try (Opened opened = Opened.of(options)) {
            for (LoopDriver loop : opened.backend.loops()) {
                var latch = new CountDownLatch(1);
                loop.execute(() -> loop.executeAfterIo(latch::countDown));
                await(latch, "executeAfterIo to run what was posted");
            }
        }
    }

    private void timer(BackendOptions options) throws Exception {
        long delay = Duration.ofMillis(20).toNanos();
        try (Opened opened = Opened.of(options)) {
            for (LoopDriver loop : opened.backend.loops()) {
                var latch = new CountDownLatch(1);
                var slept = new AtomicLong();
                var otherThread = new AtomicInteger();
                loop.execute(() -> {
                    Thread thread = Thread.currentThread();
                    long begin = opened.backend.clock().nanoTime();
                    loop.arm(delay, () -> {
                        slept.set(opened.backend.clock().nanoTime() - begin);
                        otherThread.set(Thread.currentThread() == thread ? 0 : 1);
                        opened.engine.busy();
                        latch.countDown();
                    });
                    opened.engine.idle();
                });
                await(latch, "an armed timer to fire");
                Expect.equal(0, otherThread.get(), "how often a timer fired on another thread than the loop's");
                Expect.that(
                        slept.get() >= delay,
                        "Expected a timer to fire after " + delay + " ns, but it fired after " + slept.get());
            }
        }
    }

    private void replacedTimer(BackendOptions options) throws Exception {
        try (Opened opened = Opened.of(options)) {
            for (LoopDriver loop : opened.backend.loops()) {
                var latch = new CountDownLatch(1);
                loop.execute(() -> {
                    loop.arm(Duration.ofHours(1).toNanos(), () -> {});
                    loop.arm(Duration.ofMillis(1).toNanos(), () -> {
                        opened.engine.busy();
                        latch.countDown();
                    });
                    opened.engine.idle();
                });
                await(latch, "an earlier timer to replace a later one");
            }
        }
    }

    /** An engine without tasks. While it is busy, a simulation waits for it; while it is idle, the clock may jump. */
    private static final class IdleEngine implements EngineView {
        private volatile int outside = 1; // written by the loops
        private volatile boolean over; // written by the check

        void busy() {
            outside = 1;
        }

        void idle() {
            outside = 0;
        }

        @Override
        public boolean isOver() {
            return over;
        }

        @Override
        public boolean taskRunning() {
            return false;
        }

        @Override
        public boolean allSuspended() {
            return true;
        }

        @Override
        public int outsideWork() {
            return outside;
        }

        @Override
        public int foreignWaits() {
            return 0;
        }

        @Override
        public int foreignWaitsBegun() {
            return 0;
        }

        @Override
        public boolean outsideTookPart() {
            return true;
        }

        @Override
        public void millisecondGone() {}

        @Override
        public String describeTasks() {
            return "no tasks: a check of a backend runs the loops by themselves";
        }

        @Override
        public void abort(Throwable reason) {}

        @Override
        public void abandon(Throwable reason) {}
    }
}
