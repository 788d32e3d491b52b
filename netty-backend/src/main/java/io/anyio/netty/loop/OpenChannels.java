package io.anyio.netty.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The channels that a run has opened on one loop. The end of the run closes those that its tasks have left open. */
public final class OpenChannels {
    /** How long the end of a run waits for peers that do not take the bytes sent to them. */
    private static final long GRACE_SECONDS = 2;

    private final EventLoop loop;
    private final IdentityHashMap<Channel, OpenChannel> channels = new IdentityHashMap<>(); // loop only

    /** What a run does with its channel. Its methods are called on the loop's thread, except where noted. */
    public interface OpenChannel {

        /** Returns whether a task has closed it and there are bytes left to send. It then closes the channel itself. */
        default boolean isSending() {
            return false;
        }

        /** Closes the channel, without waiting for bytes that the system does not take now. */
        ChannelFuture closeNow();

        /** Called on any thread when the loop has ended. */
        void loopEnded();
    }

    OpenChannels(EventLoop loop) {
        this.loop = loop;
    }

    /** Called on the loop's thread. */
    public void add(Channel channel, OpenChannel use) {
        channels.put(channel, use);
    }

    /** Called on the loop's thread. */
    public void remove(Channel channel) {
        channels.remove(channel);
    }

    /** Returns the number of open channels. Called on the loop's thread. */
    int size() {
        return channels.size();
    }

    /**
     * Closes the open channels; the future completes when they are closed. A channel that a task has closed with bytes
     * left to send has a moment to send them. May be called from any thread; does not wait.
     */
    public Future<?> closeAll() {
        Promise<Object> done = GlobalEventExecutor.INSTANCE.newPromise();
        try {
            loop.execute(() -> closeAll(done));
        } catch (RejectedExecutionException ended) {
            done.setSuccess(this);
        }
        return done;
    }

    /** Closes the channels of a loop that is ending, which may not look at them again. Called on the loop's thread. */
    void loopEnds() {
        for (Channel channel : List.copyOf(channels.keySet())) {
            var _ = channel.close();
        }
    }

    /** Notifies the users of channels after the loop has ended, which may not have notified them. */
    void loopEnded() {
        List<OpenChannel> open = List.copyOf(channels.values());
        channels.clear();
        open.forEach(OpenChannel::loopEnded);
    }

    private void closeAll(Promise<Object> done) {
        Map<Boolean, List<Channel>> bySending =
                channels.keySet().stream().collect(Collectors.partitioningBy(this::isSending));
        List<Channel> sending = bySending.getOrDefault(true, List.of());
        List<Channel> open =
                new ArrayList<>(bySending.getOrDefault(false, List.of())); // first, so that no client connects
        open.addAll(sending);
        if (!sending.isEmpty()) {
            Future<?> enough = loop.schedule(() -> cutOff(open), GRACE_SECONDS, TimeUnit.SECONDS);
            done.addListener(_ -> enough.cancel(false));
        }
        closeNext(open, 0, done);
    }

    private static void cutOff(List<Channel> open) {
        for (Channel channel : open) {
            var _ = channel.close();
        }
    }

    private boolean isSending(Channel channel) {
        OpenChannel open = channels.get(channel);
        return open != null && open.isSending();
    }

    private ChannelFuture close(Channel channel) {
        OpenChannel open = channels.get(channel);
        return open == null ? channel.close() : open.closeNow();
    }

    private void closeNext(List<Channel> open, int index, Promise<Object> done) {
        if (index == open.size()) {
            done.setSuccess(this);
        } else {
            Channel next = open.get(index);
            ChannelFuture closed = isSending(next) ? next.closeFuture() : close(next); // a sending one closes itself
            closed.addListener(_ -> closeNext(open, index + 1, done));
        }
    }
}
