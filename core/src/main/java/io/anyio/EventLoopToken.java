package io.anyio;

import io.anyio.internal.Run;
import io.anyio.internal.TaskLoop;

/**
 * A reference to an event loop of a run. It can be kept and handed to other threads. AnyIO: {@code EventLoopToken}.
 *
 * <p>Two tokens are equal when they refer to the same loop of the same run. May be used by any thread, also after the
 * end of the run; operations that need the run then throw {@link RunFinishedException}.
 */
public final class EventLoopToken {
    private final TaskLoop loop;

    EventLoopToken(TaskLoop loop) {
        this.loop = loop;
    }

    /** Returns the name of the backend, such as {@code netty}. AnyIO: {@code backend_class}. */
    public String backend() {
        return loop.run().backend().name();
    }

    /** Returns the number of the loop in its run, counted from 0. */
    public int loop() {
        return loop.index();
    }

    /** Returns whether the run has ended. The token is then of no further use. */
    public boolean isFinished() {
        return loop.run().isOver();
    }

    /** Returns the run for the operation {@code what}; throws when the run has ended. */
    Run run(String what) {
        Run run = loop.run();
        if (run.isOver()) {
            throw new RunFinishedException(
                    "Cannot " + what + ": run " + run.id() + " on the backend '" + backend() + "' has ended");
        }
        return run;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EventLoopToken that && loop == that.loop;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(loop);
    }

    @Override
    public String toString() {
        return "EventLoopToken[" + backend() + ", run " + loop.run().id() + ", loop " + loop() + "]";
    }
}
