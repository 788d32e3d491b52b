package io.anyio.testing;

import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Clock;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.Network;
import io.anyio.spi.SchedulingPolicy;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Faults of backends: a simulation of which one part is replaced. */
final class BackendFaults {
    private BackendFaults() {}

    /** A fault, the name of the check that finds it, and a part of the message. */
    record Fault(String name, String rule, String finding, BackendOptions broken) {
        @Override
        public String toString() {
            return "a backend that " + name + " is found";
        }
    }

    static Stream<Fault> all() {
        return Stream.of(
                new Fault(
                        "has two names",
                        "a run tells its backend by the name of its options",
                        "the name of the backend to be other, but it was simulation",
                        options("other", good -> good)),
                new Fault(
                        "has two names for its loops, too",
                        "a backend has at least one loop, and the same ones each time",
                        "the name of the backend to be other, but it was simulation",
                        options("other", good -> good)),
                new Fault(
                        "makes loops anew each time",
                        "a backend has at least one loop, and the same ones each time",
                        "the list of loops in the second call",
                        options("simulation", good -> new NewLoops(good))),
                new Fault(
                        "has a clock that goes backwards",
                        "a clock does not go backwards",
                        "Expected the clock not to go back",
                        options("simulation", good -> new BackwardsClock(good))),
                new Fault(
                        "fires its timers too early",
                        "a timer of a loop fires once, on its thread and not early",
                        "Expected a timer to fire after 20000000 ns, but it fired after 10000000",
                        loops(EarlyTimers::new)),
                new Fault(
                        "ignores an earlier timer",
                        "a timer of a loop can be replaced by an earlier one",
                        "Expected an earlier timer to replace a later one",
                        loops(KeepsFirstTimer::new)),
                new Fault(
                        "loses what is posted",
                        "a loop runs what any thread posts, one at a time and on one thread",
                        "Expected execute to run everything that was posted",
                        loops(LosesDrains::new)),
                new Fault(
                        "runs what is posted on the caller's thread",
                        "a loop runs what any thread posts, one at a time and on one thread",
                        "it ran on the caller's",
                        loops(RunsImmediately::new)),
                new Fault(
                        "forgets what is to run after its I/O",
                        "a loop runs what is posted after its I/O",
                        "Expected executeAfterIo to run what was posted",
                        loops(ForgetsAfterIo::new)),
                new Fault(
                        "can be opened once",
                        "the options open the backend as often as they are asked to",
                        "used up",
                        new OpensOnce()));
    }

    private static BackendOptions options(String name, UnaryOperator<Backend> breaker) {
        return new BackendOptions() {
            @Override
            public String backend() {
                return name;
            }

            @Override
            public Backend open() {
                return breaker.apply(Simulation.DEFAULTS.open());
            }
        };
    }

    private static BackendOptions loops(UnaryOperator<LoopDriver> breaker) {
        return options("simulation", good -> new BrokenLoops(good, breaker));
    }

    private static final class OpensOnce implements BackendOptions {
        private final AtomicInteger opened = new AtomicInteger();

        @Override
        public String backend() {
            return "simulation";
        }

        @Override
        public Backend open() {
            if (opened.getAndIncrement() > 0) {
                throw new IllegalStateException("used up");
            }
            return Simulation.DEFAULTS.open();
        }
    }

    private static class WrappedBackend implements Backend {
        final Backend inner;

        WrappedBackend(Backend inner) {
            this.inner = inner;
        }

        @Override
        public String name() {
            return inner.name();
        }

        @Override
        public String transport() {
            return inner.transport();
        }

        @Override
        public List<? extends LoopDriver> loops() {
            return inner.loops();
        }

        @Override
        public Clock clock() {
            return inner.clock();
        }

        @Override
        public Optional<Network> network() {
            return inner.network();
        }

        @Override
        public @Nullable SchedulingPolicy schedulingPolicy() {
            return inner.schedulingPolicy();
        }

        @Override
        public void start(EngineView engine) {
            inner.start(engine);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    private static final class NewLoops extends WrappedBackend {
        NewLoops(Backend inner) {
            super(inner);
        }

        @Override
        public List<? extends LoopDriver> loops() {
            return inner.loops().stream().map(WrappedLoop::new).toList();
        }
    }

    private static final class BackwardsClock extends WrappedBackend {
        private final AtomicLong reads = new AtomicLong();

        BackwardsClock(Backend inner) {
            super(inner);
        }

        @Override
        public Clock clock() {
            return () -> -reads.incrementAndGet();
        }
    }

    private static final class BrokenLoops extends WrappedBackend {
        private final List<LoopDriver> loops;

        BrokenLoops(Backend inner, UnaryOperator<LoopDriver> breaker) {
            super(inner);
            this.loops = inner.loops().stream().<LoopDriver>map(breaker).toList();
        }

        @Override
        public List<? extends LoopDriver> loops() {
            return loops;
        }
    }

    private static class WrappedLoop implements LoopDriver {
        final LoopDriver inner;

        WrappedLoop(LoopDriver inner) {
            this.inner = inner;
        }

        @Override
        public void execute(Runnable drain) {
            inner.execute(drain);
        }

        @Override
        public void executeAfterIo(Runnable drain) {
            inner.executeAfterIo(drain);
        }

        @Override
        public void arm(long delayNanos, Runnable onTime) {
            inner.arm(delayNanos, onTime);
        }

        @Override
        public void onTermination(Runnable action) {
            inner.onTermination(action);
        }

        @Override
        public void onIdle() {
            inner.onIdle();
        }
    }

    private static final class EarlyTimers extends WrappedLoop {
        EarlyTimers(LoopDriver inner) {
            super(inner);
        }

        @Override
        public void arm(long delayNanos, Runnable onTime) {
            inner.arm(delayNanos / 2, onTime);
        }
    }

    private static final class KeepsFirstTimer extends WrappedLoop {
        private final AtomicInteger armed = new AtomicInteger();

        KeepsFirstTimer(LoopDriver inner) {
            super(inner);
        }

        @Override
        public void arm(long delayNanos, Runnable onTime) {
            if (armed.getAndIncrement() == 0) {
                inner.arm(delayNanos, onTime);
            }
        }
    }

    private static final class LosesDrains extends WrappedLoop {
        private final AtomicInteger posted = new AtomicInteger();

        LosesDrains(LoopDriver inner) {
            super(inner);
        }

        @Override
        public void execute(Runnable drain) {
            if (posted.incrementAndGet() % 50 != 0) {
                inner.execute(drain);
            }
        }
    }

    private static final class RunsImmediately extends WrappedLoop {
        RunsImmediately(LoopDriver inner) {
            super(inner);
        }

        @Override
        public void execute(Runnable drain) {
            drain.run();
        }
    }

    private static final class ForgetsAfterIo extends WrappedLoop {
        ForgetsAfterIo(LoopDriver inner) {
            super(inner);
        }

        @Override
        public void executeAfterIo(Runnable drain) {}
    }
}
