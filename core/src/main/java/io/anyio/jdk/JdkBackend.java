package io.anyio.jdk;

import io.anyio.spi.Backend;
import io.anyio.spi.Carrier;
import io.anyio.spi.Clock;
import io.anyio.spi.Network;
import io.anyio.spi.OperatorLog;
import io.anyio.spi.OwnThreads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The backend of one run, on event loops of its own. */
final class JdkBackend implements Backend {
    static final String TRANSPORT = "selector";

    private static final OperatorLog LOG = OperatorLog.named("io.anyio.jdk");

    /** The time that a loop may take to end: more than it waits for peers that do not take the last bytes. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final JdkOptions options;
    private final List<JdkLoopDriver> loops;
    private final JdkNetwork network;
    private final @Nullable CompletableFuture<@Nullable Void> ended; // of a runtime, whose last task closes it

    private JdkBackend(
            JdkOptions options, List<JdkLoopDriver> loops, @Nullable CompletableFuture<@Nullable Void> ended) {
        this.options = options;
        this.loops = loops;
        this.ended = ended;
        this.network = new JdkNetwork(loops);
    }

    /** Opens the backend of a run for which a thread waits. */
    static JdkBackend open(JdkOptions options) {
        return open(options, null);
    }

    /**
     * Opens the backend of a runtime. Its {@link #close} does not wait; {@code ended} is completed when the loops have
     * ended, or after {@link #PATIENCE}.
     */
    static JdkBackend attached(JdkOptions options, CompletableFuture<@Nullable Void> ended) {
        return open(options, ended);
    }

    private static JdkBackend open(JdkOptions options, @Nullable CompletableFuture<@Nullable Void> ended) {
        List<JdkLoopDriver> loops = new ArrayList<>();
        try {
            for (int i = 0; i < options.loops(); i++) {
                var driver = new JdkLoopDriver(i);
                loops.add(driver);
                driver.loop().start();
            }
            return new JdkBackend(options, List.copyOf(loops), ended);
        } catch (IOException refused) { // no file descriptors
            end(loops);
            throw new UncheckedIOException("Cannot open the event loops: " + refused.getMessage(), refused);
        } catch (Throwable failure) { // no memory, or no thread
            end(loops);
            throw failure;
        }
    }

    @Override
    public String name() {
        return JdkOptions.BACKEND;
    }

    @Override
    public String transport() {
        return TRANSPORT;
    }

    @Override
    public List<JdkLoopDriver> loops() {
        return loops;
    }

    @Override
    public Clock clock() {
        return Clock.system();
    }

    @Override
    public Optional<Network> network() {
        return Optional.of(network);
    }

    @Override
    public @Nullable Carrier carrier() {
        return options.carrier().orElse(null);
    }

    @Override
    public boolean debug() {
        return options.debug();
    }

    @Override
    public int buffersInUse() {
        return loops.stream().mapToInt(driver -> driver.buffers().inUse()).sum();
    }

    @Override
    public Supplier<List<Throwable>> recordBuffers() {
        List<Supplier<List<Throwable>>> places =
                loops.stream().map(driver -> driver.buffers().recordPlaces()).toList();
        return () -> places.stream().flatMap(ofLoop -> ofLoop.get().stream()).toList();
    }

    /**
     * Ends the loops. The last task of a runtime is on one of these loops, so that a thread of its own must end them.
     */
    @Override
    public void close() {
        CompletableFuture<@Nullable Void> future = ended;
        if (future == null) {
            end(loops);
            return;
        }
        try {
            OwnThreads.unstarted("anyio-jdk-end", () -> {
                        try {
                            end(loops);
                        } finally { // threads may wait for it
                            future.complete(null);
                        }
                    })
                    .start();
        } catch (Throwable noThread) { // then the loops end without being waited for
            loops.forEach(JdkLoopDriver::close);
            future.complete(null);
        }
    }

    /** Ends the loops, and waits until they have closed their sockets. */
    private static void end(List<JdkLoopDriver> loops) {
        OutOfMemoryError noMemory = null;
        for (JdkLoopDriver driver : loops) {
            try {
                driver.close();
            } catch (OutOfMemoryError full) { // the others must end nevertheless
                noMemory = full;
            }
        }
        if (noMemory != null) {
            throw noMemory;
        }
        for (JdkLoopDriver driver : loops) {
            if (!driver.loop().join(PATIENCE)) {
                LOG.log(
                        Level.WARNING,
                        () -> "The event loop " + driver.loop() + " has not ended after " + PATIENCE.toSeconds()
                                + " s");
            }
        }
    }

    @Override
    public String toString() {
        return "JdkBackend[loops=" + loops.size() + "]";
    }
}
