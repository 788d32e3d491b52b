package io.anyio.netty;

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

/**
 * The channels of one loop that a run has opened, so that the end of the run can close what its tasks have left open.
 */
final class OpenChannels {
    /** How long the end of a run waits for peers that do not take what was sent to them. */
    private static final long GRACE_SECONDS = 2;

    private final EventLoop loop;
    private final IdentityHashMap<Channel, Errand> channels = new IdentityHashMap<>(); // with their owners; loop only

    OpenChannels(EventLoop loop) {
        this.loop = loop;
    }

    /** On the loop's thread. */
    void add(Channel channel, Errand owner) {
        channels.put(channel, owner);
    }

    /** On the loop's thread. */
    void remove(Channel channel) {
        channels.remove(channel);
    }

    /** How many are open. On the loop's thread. */
    int size() {
        return channels.size();
    }

    /**
     * Closes what is open; the future is done when that is. What a task has closed while there was something left to
     * send has a moment to send it. Any thread; does not wait.
     */
    Future<?> closeAll() {
        Promise<Object> done = GlobalEventExecutor.INSTANCE.newPromise();
        try {
            loop.execute(() -> closeAll(done));
        } catch (RejectedExecutionException ended) {
            done.setSuccess(this);
        }
        return done;
    }

    /** The loop is ending, and not in every case looks at its channels again: closes them. On the loop's thread. */
    void loopEnds() {
        for (Channel channel : List.copyOf(channels.keySet())) {
            var _ = channel.close();
        }
    }

    /** The loop has ended, perhaps without telling the owners of its channels. */
    void loopEnded() {
        List<Errand> untold = List.copyOf(channels.values());
        channels.clear();
        untold.forEach(Errand::loopEnded);
    }

    private void closeAll(Promise<Object> done) {
        Map<Boolean, List<Channel>> bySending =
                channels.keySet().stream().collect(Collectors.partitioningBy(OpenChannels::isSending));
        List<Channel> sending = bySending.getOrDefault(true, List.of());
        List<Channel> open =
                new ArrayList<>(bySending.getOrDefault(false, List.of())); // first, so that nobody comes in
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

    private static boolean isSending(Channel channel) {
        StreamHandler stream = channel.pipeline().get(StreamHandler.class);
        return stream != null && stream.isSending();
    }

    private static ChannelFuture close(Channel channel) {
        StreamHandler stream = channel.pipeline().get(StreamHandler.class);
        return stream == null ? channel.close() : stream.closeNow();
    }

    private void closeNext(List<Channel> open, int index, Promise<Object> done) {
        if (index == open.size()) {
            done.setSuccess(this);
        } else {
            Channel next = open.get(index);
            ChannelFuture closed = isSending(next) ? next.closeFuture() : close(next); // the first closes itself
            closed.addListener(_ -> closeNext(open, index + 1, done));
        }
    }
}
