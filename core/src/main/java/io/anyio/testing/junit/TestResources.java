package io.anyio.testing.junit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What a test needs and gives back: things to close, free ports and a temporary folder. A parameter of a test method or
 * of a lifecycle method, beside {@link io.anyio.TaskGroup}. A parameter of {@code @BeforeAll} lives as long as the test
 * class, any other as long as the test.
 *
 * <p>At the end, after the {@code @AfterEach} or {@code @AfterAll} methods, the task group is cancelled and its tasks
 * are awaited, then everything is closed in reverse order, and last the temporary folder is deleted.
 *
 * <p>May be used by any thread. No method is a checkpoint.
 *
 * <p>AnyIO: fixtures that yield, and {@code free_tcp_port}, {@code free_udp_port} and {@code tmp_path}.
 */
public final class TestResources {
    private final Deque<AutoCloseable> open = new ConcurrentLinkedDeque<>();
    private final AtomicReference<@Nullable TemporaryFolder> folder = new AtomicReference<>();
    private volatile boolean over; // set by the task that closes

    TestResources() {}

    /**
     * Registers something to close at the end of the test, by a task. An exception of {@code close()} fails the test.
     *
     * @return {@code resource}
     * @throws IllegalStateException after the end of the test
     */
    public <T extends AutoCloseable> T closeAtEnd(T resource) {
        Objects.requireNonNull(resource, "resource");
        checkOpen();
        open.push(resource);
        if (over && open.remove(resource)) { // it would not be closed
            checkOpen();
        }
        return resource;
    }

    /**
     * Returns a TCP port of this machine, free on IPv4 and IPv6. Another process may take it meanwhile: where possible,
     * let the test listen on port 0 instead. No port is returned twice in this process.
     */
    public int freeTcpPort() {
        return FreePorts.tcp();
    }

    /** Like {@link #freeTcpPort}, for UDP. */
    public int freeUdpPort() {
        return FreePorts.udp();
    }

    /**
     * Returns a new folder, the same at each call. It is deleted with its contents at the end.
     *
     * @throws IOException when the folder cannot be created
     * @throws IllegalStateException after the end of the test
     */
    public Path temporaryFolder() throws IOException {
        checkOpen();
        TemporaryFolder present = folder.get();
        if (present != null) {
            return present.path();
        }
        TemporaryFolder created = TemporaryFolder.create();
        TemporaryFolder first = folder.compareAndExchange(null, created);
        if (first == null) {
            return created.path();
        }
        created.delete(); // another thread was faster
        return first.path();
    }

    private void checkOpen() {
        if (over) {
            throw new IllegalStateException("The test to which these resources belong has ended; take TestResources as"
                    + " a parameter of @BeforeAll for what all tests of a class use");
        }
    }

    /** Closes everything, in reverse order. Returns the first failure, with the others as suppressed ones, or null. */
    @Nullable
    Throwable closeAll() {
        Throwable failure = null;
        for (AutoCloseable next = next(); next != null; next = next()) {
            try {
                next.close();
            } catch (Throwable thrown) { // the others are closed nevertheless
                failure = TestFailures.joined(failure, thrown);
            }
        }
        return failure;
    }

    private @Nullable AutoCloseable next() {
        AutoCloseable next = open.poll();
        if (next == null) {
            over = true;
            next = open.poll(); // registered meanwhile
        }
        return next;
    }

    /** Deletes the temporary folder, if there is one. Returns why it cannot. Called after {@link #closeAll}. */
    @Nullable
    Throwable deleteFolder() {
        TemporaryFolder present = folder.getAndSet(null);
        try {
            if (present != null) {
                present.delete();
            }
            return null;
        } catch (IOException notDeleted) {
            return notDeleted;
        }
    }
}
