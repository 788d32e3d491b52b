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
 * @param port the loop's port, or null if the loop runs no tasks of the run that uses the channel
 */
public record ChannelLoop(
        LoopActionQueue actions,
        Predicate<Thread> isThread,
        @Nullable NettyLoopDriver port) {

    /** Returns the loop of a registered channel, which may be one of {@code ports} or any other. */
    public static ChannelLoop of(Channel channel, List<NettyLoopDriver> ports) {
        EventLoop loop = channel.eventLoop();
        for (NettyLoopDriver port : ports) {
            if (port.eventLoop() == loop) {
                return of(port);
            }
        }
        return new ChannelLoop(LoopActionQueue.create(loop, loop::isShutdown), loop::inEventLoop, null);
    }

    public static ChannelLoop of(NettyLoopDriver port) {
        return new ChannelLoop(port.actions(), port.loopThread(), port);
    }

    /** Begins calls into the pipeline: until {@link #endCalls}, what they lead to runs no tasks. */
    public void beginCalls() {
        if (port != null) {
            port.dispatcher().beginCalls();
        }
    }

    /** Ends what {@link #beginCalls} has begun. */
    public void endCalls() {
        if (port != null) {
            port.dispatcher().endCalls();
        }
    }

    /** Called when a channel has been read: may run the tasks that its messages have woken or started. */
    public void readCompleted() {
        if (port != null) {
            port.dispatcher().readCompleted();
        }
    }

    /** Runs the tasks that messages have woken, before more messages arrive. On the loop's thread. */
    public void runTasks() {
        if (port != null) {
            port.dispatcher().runQueued();
        }
    }
}
