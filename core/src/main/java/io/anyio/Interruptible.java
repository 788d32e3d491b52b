package io.anyio;

import io.anyio.internal.CancelTree;
import io.anyio.internal.Interruptions;
import io.anyio.internal.Task;
import io.anyio.internal.Unchecked;
import io.anyio.internal.Wait;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns a foreign blocking call that responds to {@link Thread#interrupt} into a checkpoint, such as
 * {@code BlockingQueue.take()}, {@code Lock.lockInterruptibly()}, or a driver's {@code execute()}.
 *
 * <pre>{@code
 * String job = Timeouts.failAfter(Duration.ofSeconds(5), () -> Interruptible.call(queue::take));
 * }</pre>
 *
 * <p>While the code runs, a cancellation of the task interrupts its thread. A call that ends by this interrupt throws
 * {@link Cancelled}. A call that ends otherwise keeps its value or its exception, even if it was cancelled at the last
 * moment; the next checkpoint then throws. In both cases the interrupt does not outlast the block: the following code
 * sees the interrupt status that it would have seen without the cancellation. A shield keeps out these interrupts as it
 * keeps out cancellations.
 *
 * <p>An interrupt from other code is not affected: the call throws {@link InterruptedException}, or the exception that
 * it uses in its place. If the task is cancelled too, {@link Cancelled} is thrown and the interrupt status stays set.
 *
 * <p>Other tasks run meanwhile, on both carriers: on the portable carrier the task releases its turn before the call
 * and acquires one before it continues. The code must therefore not access state that it shares with other tasks. Limit
 * it to the single call, and open scopes around it, not inside. A simulation waits for the call in real time.
 *
 * <p>Run code that does not respond to interrupts on a thread of its own instead. The effect of an interrupt on a
 * resource depends on the resource: an NIO channel, for example, is closed by it.
 *
 * <p>AnyIO has no counterpart, because Python has no interrupts.
 */
public final class Interruptible {
    /*
     * A cancellation arrives through the task's Wait as always, but this Wait interrupts the thread instead
     * of waking it. The task does not count as suspended meanwhile; therefore the clock of a simulation stands still.
     */

    private Interruptible() {}

    /**
     * Runs {@code code}. Lets other tasks run, even if the code does not block. A checkpoint.
     *
     * @throws X when the code throws it
     * @throws Cancelled in a cancelled scope, without running the code, or when a cancellation has interrupted the code
     * @throws NoEventLoopException when not called by a task
     */
    public static <X extends Exception> void run(Block<X> code) throws X {
        call(ValueBlock.of(code));
    }

    /** Like {@link #run}, and returns the value of the code. */
    public static <T extends @Nullable Object, X extends Exception> T call(ValueBlock<T, X> code) throws X {
        Objects.requireNonNull(code, "code");
        Task task = Task.require("make an interruptible call");
        task.step();
        task.checkCancelled();
        Wait wait = Wait.begin(task, "an interruptible call");
        Wait around = wait.beginCall();
        task.loop().onPark(task);
        T value = Unchecked.cast(null);
        Throwable failure = null;
        try {
            value = code.call();
        } catch (Throwable thrown) { // rethrown below
            failure = thrown;
        }
        boolean aborted = wait.endCall(around);
        boolean unheard = aborted && Thread.interrupted(); // the interrupt for this block ends with it
        task.yieldNow();
        if (aborted && wait.wasInterruptedBefore()) {
            Thread.currentThread().interrupt();
        }
        if (failure == null) {
            return value;
        }
        if (aborted && Interruptions.areCauseOf(failure, unheard) && CancelTree.isCancelled(task.scope())) {
            Cancelled cancelled = wait.cancelled();
            cancelled.addSuppressed(failure);
            throw cancelled;
        }
        Unchecked.rethrow(failure);
        return value;
    }
}
