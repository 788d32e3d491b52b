package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * Has an io_uring channel read as soon as it is connected, where Netty would first wait until there is something.
 *
 * <p>Netty 4.2.18 waits with two polls, one for bytes (POLLIN) and one for the end (POLLRDHUP). One that the system
 * takes up while it is working on a reset may be answered with the failure alone (POLLERR, POLLHUP), and such an answer
 * Netty drops: to it the poll is still under way. When that happens to both polls of a new connection, whoever receives
 * waits for ever.
 */
final class FirstRead extends ChannelOutboundHandlerAdapter {
    /*
     * A read cannot miss it: it waits for the socket's lock, which the system holds while it works on the reset, and the
     * failure is known afterwards. Netty submits the poll for the end before that read. If it was taken up before the reset,
     * it is answered when the reset is done, with the end, and Netty reads. If it was lost, the read meets the reset or the
     * bytes before it, and whatever comes after that read comes after the reset: polls are answered in full then.
     *
     * Netty reads without a poll when it has been told that there is something while nobody wanted to read. That is what it
     * is told here, in front of the first read, whoever asks for it: so no poll is under way yet, and none is lost or doubled.
     * The read finds nothing, and the system keeps it until there is something. The price is the channel's buffer, 2 KiB,
     * before its first bytes instead of behind them.
     */

    private FirstRead() {}

    /** For a channel that has not read yet; nothing for those that are not io_uring. */
    static void atOnce(Channel channel) {
        if (channel instanceof IoUringSocketChannel) {
            channel.pipeline().addFirst(new FirstRead());
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
