package io.anyio.jdk;

import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Carrier;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The options of the backend {@code jdk}. Immutable. May be used by any thread.
 *
 * <p>AnyIO: {@code backend_options} of its second backend, {@code trio}.
 *
 * <pre>{@code
 * AnyIO.run(() -> serve(), JdkOptions.DEFAULTS.withLoops(2));
 * }</pre>
 */
public final class JdkOptions implements BackendOptions {

    static final String BACKEND = "jdk";

    /** One loop, and the best carrier that this JVM allows. */
    public static final JdkOptions DEFAULTS = new JdkOptions(new Values());

    /** The mutable form of the options, from which a changed copy is made. */
    private static final class Values implements Cloneable {
        private int loops = 1;
        private boolean debug;
        private @Nullable Carrier carrier;

        Values copy() {
            try {
                return (Values) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }

    private final Values values;

    private JdkOptions(Values values) {
        this.values = values;
    }

    /**
     * Returns options with this number of event loops. Tasks start on their parent's loop unless they are started with
     * {@link io.anyio.TaskOptions#withSpread}; accepted connections are spread over the loops by an option of their
     * listener.
     *
     * @throws IllegalArgumentException for less than 1
     */
    public JdkOptions withLoops(int loops) {
        if (loops < 1) {
            throw new IllegalArgumentException("A run needs at least one loop, not " + loops);
        }
        Values changed = values.copy();
        changed.loops = loops;
        return new JdkOptions(changed);
    }

    /** Returns options with or without debug mode; see {@link Backend#debug}. */
    public JdkOptions withDebug(boolean debug) {
        Values changed = values.copy();
        changed.debug = debug;
        return new JdkOptions(changed);
    }

    /** Returns options with this carrier for the tasks and no other, instead of the best one that the JVM allows. */
    public JdkOptions withCarrier(Carrier carrier) {
        Values changed = values.copy();
        changed.carrier = Objects.requireNonNull(carrier, "carrier");
        return new JdkOptions(changed);
    }

    /** Returns the number of event loops. */
    public int loops() {
        return values.loops;
    }

    /** Returns whether spawn sites, origins of cancellations and slow tasks are recorded. */
    public boolean debug() {
        return values.debug;
    }

    /** Returns the carrier, if one was given. */
    public Optional<Carrier> carrier() {
        return Optional.ofNullable(values.carrier);
    }

    @Override
    public String backend() {
        return BACKEND;
    }

    /**
     * Opens the event loops.
     *
     * @throws java.io.UncheckedIOException when the system has no file descriptors left for them
     */
    @Override
    public Backend open() {
        return JdkBackend.open(this);
    }

    @Override
    public String toString() {
        return "JdkOptions[loops=" + values.loops + ", debug=" + values.debug
                + (values.carrier == null ? "" : ", carrier=" + values.carrier.label()) + "]";
    }
}
