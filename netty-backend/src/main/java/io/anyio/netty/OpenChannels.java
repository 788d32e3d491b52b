package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/**
 * The channels of one loop that a run has opened, so that the end of the run can close what its tasks have left open.
 */
final class OpenChannels {
    private final EventLoop loop;
    private final Set<Channel> channels = Collections.newSetFromMap(new IdentityHashMap<>()); // loop only

    OpenChannels(EventLoop loop) {
        this.loop = loop;
    }

    /** On the loop's thread. */
    void add(Channel channel) {
        channels.add(channel);
    }

    /** On the loop's thread. */
    void remove(Channel channel) {
        channels.remove(channel);
    }

    /** How many are open. On the loop's thread. */
    int size() {
        return channels.size();
    }

    /** Closes what is open; the future is done when that is. Any thread; does not wait. */
    Future<?> closeAll() {
        Promise<Object> done = GlobalEventExecutor.INSTANCE.newPromise();
        try {
            loop.execute(() -> closeNext(List.copyOf(channels), 0, done));
        } catch (RejectedExecutionException ended) {
            done.setSuccess(this);
        }
        return done;
    }

    private void closeNext(List<Channel> open, int index, Promise<Object> done) {
        if (index == open.size()) {
            done.setSuccess(this);
        } else {
            open.get(index).close().addListener(_ -> closeNext(open, index + 1, done));
        }
    }
}
