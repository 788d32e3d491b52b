package io.anyio.explorer.interleave.program;

import io.anyio.explorer.interleave.Hooks;
import io.anyio.explorer.interleave.Interleaving;
import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopDriver;
import io.anyio.spi.Network;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** A backend whose loops run on controlled threads, with the virtual clock of the explorer. */
final class ControlledBackend implements Backend {
    private static final int IDLE = Hooks.site("(the loop's thread has nothing to do)");
    private static final int POST = Hooks.site("(a drain is posted to the loop's thread)");

    private final Carrier carrier;
    private final List<Driver> drivers = new ArrayList<>();
    private final Interleaving under = Interleaving.current();

    ControlledBackend(Carrier carrier, int loops) {
        this.carrier = carrier;
        for (int i = 0; i < loops; i++) {
            drivers.add(new Driver("loop-" + i));
        }
    }

    @Override
    public String name() {
        return "interleaved";
    }

    @Override
    public String transport() {
        return "none";
    }

    @Override
    public List<? extends LoopDriver> loops() {
        return drivers;
    }

    @Override
    public Clock clock() {
        return under::now;
    }

    @Override
    public Optional<Network> network() {
        return Optional.empty();
    }

    @Override
    public Carrier carrier() {
        return carrier;
    }

    @Override
    public void start(EngineView engine) {
        drivers.forEach(Driver::start);
    }

    @Override
    public void close() {
        drivers.forEach(Driver::stop);
    }

    Driver driver(int loop) {
        return drivers.get(loop);
    }

    /** A loop: runs posted actions, then the due timer, otherwise parks. */
    final class Driver implements LoopDriver {
        private final String name;
        private final Queue<Runnable> posted = new ArrayDeque<>();
        private @Nullable Thread thread;
        private @Nullable Runnable onTime;
        private @Nullable Runnable onTermination;
        private long armedFor;
        private boolean stopped;
        private boolean terminated;

        Driver(String name) {
            this.name = name;
        }

        private void start() {
            thread = under.begin(name, this::run);
        }

        private void run() {
            while (!stopped) {
                if (terminated) {
                    posted.clear();
                    if (onTermination != null) {
                        onTermination.run();
                    }
                    return;
                }
                Runnable next = posted.poll();
                if (next == null && onTime != null && armedFor <= under.now()) {
                    next = onTime;
                    onTime = null;
                }
                if (next != null) {
                    next.run();
                } else {
                    under.park(onTime == null ? Interleaving.NEVER : armedFor - under.now(), IDLE);
                }
            }
        }

        private void stop() {
            stopped = true;
            stir();
        }

        /** Ends the loop: posted actions are dropped, later ones refused. */
        void terminate() {
            terminated = true;
            stir();
        }

        private void stir() {
            if (thread != null) {
                Hooks.unpark(thread, POST);
            }
        }

        @Override
        public void execute(Runnable drain) {
            if (terminated) {
                throw new RejectedExecutionException(name + " has ended");
            }
            posted.add(drain);
            stir();
        }

        @Override
        public void executeAfterIo(Runnable drain) {
            execute(drain);
        }

        @Override
        public void arm(long delayNanos, Runnable action) {
            if (terminated) {
                throw new RejectedExecutionException(name + " has ended");
            }
            armedFor = under.now() + delayNanos;
            onTime = action;
        }

        @Override
        public void onTermination(Runnable action) {
            onTermination = action;
        }
    }
}
