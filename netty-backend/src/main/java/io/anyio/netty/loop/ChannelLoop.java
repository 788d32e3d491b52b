package io.anyio.netty.loop;

import io.anyio.spi.LoopActionQueue;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The event loop of a channel that other code has made.
 *
 * @param actions the pending actions of the loop's thread
 * @param isThread tests for that thread
 * @param driver the loop's driver, or null if the loop runs no tasks of the run that uses the channel
 */
public record ChannelLoop(
        LoopActionQueue actions,
        Predicate<Thread> isThread,
        @Nullable NettyLoopDriver driver) {

    /** Returns the loop of a registered channel, which may be one of {@code drivers} or any other. */
    public static ChannelLoop of(Channel channel, List<NettyLoopDriver> drivers) {
        EventLoop loop = channel.eventLoop();
        for (NettyLoopDriver driver : drivers) {
            if (driver.eventLoop() == loop) {
                return of(driver);
            }
        }
        return new ChannelLoop(LoopActionQueue.create(loop, loop::isShutdown), loop::inEventLoop, null);
    }

    public static ChannelLoop of(NettyLoopDriver driver) {
        return new ChannelLoop(driver.actions(), driver.loopThread(), driver);
    }

    /** Begins calls into the pipeline: until {@link #endCalls}, what they lead to runs no tasks. */
    public void beginCalls() {
        if (driver != null) {
            driver.dispatcher().beginCalls();
        }
    }

    /** Ends what {@link #beginCalls} has begun. */
    public void endCalls() {
        if (driver != null) {
            driver.dispatcher().endCalls();
        }
    }

    /** Called when a channel has been read: may run the tasks that its messages have woken or started. */
    public void readCompleted() {
        if (driver != null) {
            driver.dispatcher().readCompleted();
        }
    }

    /** Runs the tasks that messages have woken, before more messages arrive. On the loop's thread. */
    public void runTasks() {
        if (driver != null) {
            driver.dispatcher().runQueued();
        }
    }
}
