package io.anyio;

import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileLockInterruptionException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a foreign call that blocks, and that reacts to {@link Thread#interrupt}, a checkpoint: a
 * {@code BlockingQueue.take()}, a {@code Lock.lockInterruptibly()}, a driver's {@code execute()}.
 *
 * <pre>{@code
 * String job = CancelScope.failAfter(Duration.ofSeconds(5), () -> Interruptible.call(queue::take));
 * }</pre>
 *
 * <p>While the code runs, a cancellation of the task interrupts its thread. A call that ends by that throws
 * {@link Cancelled}. A call that has ended otherwise keeps its value or its exception, also if it was cancelled at the
 * last moment; then the next checkpoint tells. In both cases the interrupt does not outlast the block: whatever follows
 * sees the interrupt status that it would have seen without the cancellation. A shield keeps interrupts away as it
 * keeps cancellations away.
 *
 * <p>An interrupt that comes from somebody else is theirs: the call throws {@link InterruptedException}, or what it
 * throws in that case. When the task is cancelled too, {@link Cancelled} comes out and the interrupt status stays set.
 *
 * <p>Other tasks run meanwhile, on both carriers: on the portable one the task gives its turn back before it calls, and
 * takes one before it goes on. The code must therefore not touch what it shares with other tasks; keep it to the one
 * call, and open scopes around it, not in it. A simulation waits for the call in real time.
 *
 * <p>Code that does not react to interrupts is not for here but for a thread of its own. What an interrupt does to a
 * resource is the resource's business: an NIO channel, for example, is closed by it.
 *
 * <p>AnyIO has no counterpart, because Python has no interrupts.
 */
public final class Interruptible {
    /*
     * Cancellation arrives the way it always does, through the task's Suspension; only that this one interrupts where others
     * wake. The task does not count as suspended meanwhile, which is why the clock of a simulation stands still.
     */

    private Interruptible() {}

    /**
     * Runs {@code code}. A checkpoint: throws {@link Cancelled} in a cancelled scope without having run it, or when a
     * cancellation has interrupted it. Lets others run, also when the code does not block.
     *
     * @throws X what the code throws
     * @throws NoEventLoopException when not called by a task
     */
    public static <X extends Exception> void run(Block<X> code) throws X {
        Objects.requireNonNull(code, "code");
        Interruptible.<@Nullable Void, X>call(() -> {
            code.run();
            return null;
        });
    }

    /** {@link #run} for code that gives a value. */
    public static <T extends @Nullable Object, X extends Exception> T call(ValueBlock<T, X> code) throws X {
        Objects.requireNonNull(code, "code");
        Task task = Task.require("make an interruptible call");
        task.step();
        task.checkCancelled();
        Suspension wait = Suspension.begin(task, "an interruptible call");
        Suspension around = wait.beginCall();
        task.loop().letGo(task);
        T value = Unchecked.cast(null);
        Throwable failure = null;
        try {
            value = code.call();
        } catch (Throwable thrown) { // goes on outward below
            failure = thrown;
        }
        boolean aborted = wait.endCall(around);
        boolean unheard = aborted && Thread.interrupted(); // what came for this block ends with it
        task.yieldNow();
        if (aborted && wait.wasInterruptedBefore()) {
            Thread.currentThread().interrupt();
        }
        if (failure == null) {
            return value;
        }
        if (aborted && isInterruption(failure, unheard) && CancelTree.isCancelled(task.scope())) {
            Cancelled cancelled = task.cancelled();
            cancelled.addSuppressed(failure);
            throw cancelled;
        }
        Unchecked.rethrow(failure);
        return value;
    }

    /**
     * Whether a call that was interrupted ended by that; {@code unheard} is whether the status was left set. Libraries
     * like to wrap, so that the causes count too. A socket has no exception of its own for it, but leaves the status
     * set.
     */
    private static boolean isInterruption(Throwable failure, boolean unheard) {
        for (Throwable at : Causes.of(failure)) {
            boolean interrupted = switch (at) {
                case InterruptedException _, ClosedByInterruptException _, FileLockInterruptionException _ -> true;
                case InterruptedIOException io -> !(io instanceof SocketTimeoutException);
                case SocketException _ -> unheard;
                default -> false;
            };
            if (interrupted) {
                return true;
            }
        }
        return false;
    }
}
