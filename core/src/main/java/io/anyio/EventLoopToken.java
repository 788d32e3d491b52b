package io.anyio;

/**
 * A reference to an event loop of a run, which can be kept and handed to other threads. AnyIO: {@code EventLoopToken}.
 *
 * <p>Two tokens are equal when they stand for the same loop of the same run. Any thread may use one, also after the end
 * of the run; what needs the run then throws {@link RunFinishedException}.
 */
public final class EventLoopToken {
    private final TaskLoop loop;

    EventLoopToken(TaskLoop loop) {
        this.loop = loop;
    }

    /** The name of the backend, such as {@code netty}. AnyIO: {@code backend_class}. */
    public String backend() {
        return loop.run().backend().name();
    }

    /** The number of the loop in its run, counted from 0. */
    public int loop() {
        return loop.index();
    }

    /** Whether the run is over, so that the token is of no use any more. */
    public boolean isFinished() {
        return loop.run().isOver();
    }

    /** The run, for a use that needs it alive. */
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
