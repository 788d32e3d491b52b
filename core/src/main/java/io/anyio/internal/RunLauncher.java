package io.anyio.internal;

import io.anyio.loom.VirtualThreads;
import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.EngineView;
import io.anyio.spi.LoopDriver;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** Creates runs on the carrier that the backend, the system properties and the JVM permit, and begins them. */
public final class RunLauncher {
    private static final AtomicBoolean FLAG_WARNING = new AtomicBoolean();

    private RunLauncher() {}

    private record Parts(Backend backend, Carrier carrier, boolean isRehearsal) implements Run.Parts {
        @Override
        public List<TaskLoop> loops(Run run) {
            List<TaskLoop> loops = new ArrayList<>();
            for (LoopDriver driver : backend.loops()) {
                int index = loops.size();
                loops.add(
                        carrier == Carrier.LOOP
                                ? new LoopCarrier(run, index, driver)
                                : new PortableCarrier(run, index, driver));
            }
            return List.copyOf(loops);
        }

        @Override
        public Run.Observer observer(Run run) {
            return new Quiescence(run);
        }

        @Override
        public EngineView view(Run run) {
            return new RunView(run);
        }
    }

    /** Creates a run. The first task is created by {@link Run#prepare}. */
    public static Run create(Backend backend) {
        return new Run(backend, new Parts(backend, choose(backend), false));
    }

    /** Creates the run of a rehearsal. */
    static Run createRehearsal(Backend backend) {
        return new Run(backend, new Parts(backend, choose(backend), true));
    }

    /** Begins to observe the loops of a run, and starts its first task. */
    public static void begin(Run run) {
        for (TaskLoop loop : run.loops()) {
            LoopDriver driver = loop.driver();
            driver.onTermination(() -> loop.failOver(driver));
            if (loop instanceof PortableCarrier && driver.isManuallyDriven()) {
                loop.moveToFallback(driver, null); // the threads of tasks must not post their timers to it
            }
            Watchdog.watch(
                    switch (loop) {
                        case LoopCarrier carrier -> new LoopInspection(carrier);
                        case PortableCarrier carrier -> new PortableInspection(carrier);
                        default -> throw new AssertionError("An unknown carrier: " + loop);
                    });
        }
        run.begin();
    }

    private static Carrier choose(Backend backend) {
        Carrier wanted = backend.carrier();
        if (wanted == null) {
            wanted = carrierProperty();
        }
        String whyNot = VirtualThreads.whyNot().orElse(null);
        if (whyNot == null && backend.loops().stream().anyMatch(LoopDriver::isOnVirtualThread)) {
            whyNot = "use event loops on platform threads; a virtual thread cannot carry others";
        }
        if (whyNot == null) {
            return wanted == null ? Carrier.LOOP : wanted;
        }
        if (wanted == Carrier.LOOP) {
            throw new IllegalStateException("The loop carrier is not available: " + whyNot);
        }
        if (wanted == null && FLAG_WARNING.compareAndSet(false, true)) {
            String needed = whyNot;
            EngineLog.LOG.log(
                    Level.WARNING,
                    () -> "Tasks run on the portable carrier. To run them on the event loop itself, " + needed
                            + ". To stay on the portable one without this warning, set -Danyio.carrier=portable");
        }
        return Carrier.PORTABLE;
    }

    private static @Nullable Carrier carrierProperty() {
        String name = System.getProperty("anyio.carrier", "auto");
        return switch (name) {
            case "auto" -> null;
            case "loop" -> Carrier.LOOP;
            case "portable" -> Carrier.PORTABLE;
            default ->
                throw new IllegalArgumentException(
                        "System property anyio.carrier must be auto, loop or portable, not '" + name + "'");
        };
    }
}
