package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.uring.IoUringSocketChannel;

/**
 * A reset that looks like the orderly end of the input: the system tells each failure of a connection once, to
 * whichever call comes first, and from then on reads end.
 *
 * <p>On io_uring both calls are under way at the same time: the write may be told, and the answer to the read be the
 * first to arrive. On NIO and epoll the write itself throws before anything is read.
 */
final class UntoldReset {
    /** The state of a connection of which the system keeps nothing any more (TCP_CLOSE in the kernel's headers). */
    private static final int CLOSED = 7;

    private UntoldReset() {}

    /**
     * Whether a channel whose input has ended while it writes was reset, which the outcome of that write will tell. As
     * long as there was an orderly end and nothing more, the connection is half open; a reset that came right behind
     * the end cannot be told from one in place of it. On the loop's thread.
     */
    static boolean of(Channel channel) {
        try {
            return channel instanceof IoUringSocketChannel socket
                    && socket.tcpInfo().state() == CLOSED;
        } catch (ChannelException unknown) {
            return false;
        }
    }
}
