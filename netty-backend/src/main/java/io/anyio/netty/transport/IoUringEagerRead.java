package io.anyio.netty.transport;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * Makes an io_uring channel read as soon as it is connected. Netty would first wait until there is something to read.
 *
 * <p>Netty 4.2.18 waits with two polls, one for bytes (POLLIN) and one for the end (POLLRDHUP). A poll that the system
 * accepts while it processes a reset may complete with the failure alone (POLLERR, POLLHUP). Netty ignores such a
 * completion and considers the poll still pending. If this happens to both polls of a new connection, a receiving task
 * waits for ever.
 */
public final class IoUringEagerRead extends ChannelOutboundHandlerAdapter {
    /*
     * A read cannot miss the reset: it waits for the socket's lock, which the system holds while it processes the
     * reset, and the failure is known afterwards. Netty submits the poll for the end before that read. If the system
     * accepted the poll before the reset, the poll completes with the end, and Netty reads. If the poll was lost, the
     * read meets the reset or the bytes before it. All later polls come after the reset, and then complete in full.
     *
     * Netty reads without a poll if bytes were reported while no read was pending. This handler reports bytes before
     * the first read, whatever code requests that read. No poll is under way then, so none is lost or doubled. The read
     * finds nothing, and the system keeps it until there are bytes. The price is that the channel's buffer, 2 KiB, is
     * allocated before the first bytes arrive.
     */

    private IoUringEagerRead() {}

    /** Prepares a channel that has not read yet. Does nothing unless it is an io_uring channel. */
    public static void atOnce(Channel channel) {
        if (TransportSupport.isInPackage(channel, ".channel.uring") && channel instanceof IoUringSocketChannel) {
            channel.pipeline().addFirst(new IoUringEagerRead());
        }
    }

    @Override
    public void read(ChannelHandlerContext context) {
        if (IoUringPolls.answer(context.channel(), IoUringPolls.IN)) {
            context.read();
            context.pipeline().remove(this);
        } else {
            context.read();
        }
    }
}
