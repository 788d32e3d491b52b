package io.anyio.benchmarks;

import io.netty.channel.EventLoop;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A benchmark of several libraries. The parameter {@code by} names the library. Each fork loads only one, so that none
 * runs on code that was compiled for another.
 *
 * <p>All libraries run in the same place. With {@code carrier=loop} that is the event loop, or two with
 * {@code loops=2}: our tasks, bare virtual threads and coroutines run on its thread. With {@code carrier=portable} it
 * is each library's own scheduler, limited to as many threads as there are loops. For two loops the forks need
 * {@code -jvmArgsPrepend} with the flags of {@link Forks} set to 2; otherwise they fail with this advice.
 *
 * @param <W> the workload that all libraries implement
 */
@Warmup(iterations = 4, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 1,
        jvmArgsPrepend = {Forks.ONE_CARRIER, Forks.ONE_WORKER},
        jvmArgsAppend = {
            Forks.LOOP_CARRIER,
            Forks.NATIVE_ACCESS,
            Forks.UNSAFE,
            Forks.NO_LEAK_DETECTION,
            Forks.PREVIEW,
            Forks.SERIAL_COLLECTOR,
            "-Xms512m",
            "-Xmx512m"
        })
@OperationsPerInvocation(PeerBenchmark.BATCH)
public abstract class PeerBenchmark<W> extends LoopBenchmark {
    /** Divisible by all numbers of workers, and large enough that starting the batch on the loop is negligible. */
    static final int BATCH = 201_600;

    /** The same for two loops, between which an operation takes microseconds. */
    static final int SMALL_BATCH = 10_080;

    /** The number of event loops. */
    @Param("1")
    public int loops;

    private @Nullable Coroutines coroutines;
    private @Nullable W workload;

    @Override
    protected final int loops() {
        return loops;
    }

    @Override
    protected final void opened() {
        if (isLoopCarrier()) {
            coroutines = Coroutines.on(eventLoops().toArray(EventLoop[]::new));
        } else {
            requireThreads(Forks.ONE_CARRIER);
            requireThreads(Forks.ONE_WORKER);
            coroutines = Coroutines.onTheirOwn();
        }
        workload = prepare();
    }

    /** Creates the workload for the library that {@code by} names. */
    protected abstract W prepare();

    /** Returns the workload of the selected library. */
    protected final W workload() {
        return whenOpen(workload);
    }

    /** Returns workers that are coroutines. */
    protected final Coroutines coroutines() {
        return whenOpen(coroutines);
    }

    private void requireThreads(String flagForOne) {
        String name = flagForOne.substring("-D".length(), flagForOne.indexOf('='));
        if (!String.valueOf(loops).equals(System.getProperty(name))) {
            throw new IllegalStateException("With carrier=portable and loops=" + loops + " the forks need -D" + name
                    + "=" + loops + "; give it with -jvmArgsPrepend");
        }
    }

    /** Returns the exception for an unknown value of {@code by}. */
    protected final IllegalArgumentException unknown(String by) {
        try {
            Param known = getClass().getField("by").getAnnotation(Param.class);
            return new IllegalArgumentException(
                    "Unknown parameter by=" + by + "; choose one of " + String.join(", ", known.value()));
        } catch (NoSuchFieldException e) {
            throw new AssertionError("a benchmark of several libraries has a parameter 'by'", e);
        }
    }
}
