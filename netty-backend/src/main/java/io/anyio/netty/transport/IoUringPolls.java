package io.anyio.netty.transport;

import io.netty.channel.Channel;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;

/** Answers polls of an io_uring channel when the system has given no answer or Netty has dropped it. */
public final class IoUringPolls {
    /*
     * The event goes through Netty's public interface, but relies on Netty's reaction: it considers the poll answered,
     * and reads or writes. If that poll is still under way, closing the channel does not cancel it, and it holds the
     * socket open until it is answered. So an answer is given only where no such poll can be under way for long.
     */

    /** There is something to read. */
    public static final int IN = 1;

    /** There is room to write. */
    static final int OUT = 4;

    /** The number of the operation, and of the event, in the kernel's headers. */
    private static final byte POLL_ADD = 6;

    private IoUringPolls() {}

    /** Returns whether the channel took this answer. On the loop's thread; OUT only outside of Netty's own events. */
    public static boolean answer(Channel channel, int what) {
        if (channel.isActive() && channel.unsafe() instanceof IoUringIoHandle polled) {
            polled.handle(null, new IoUringIoEvent(what, 0, POLL_ADD, 0L)); // used only for closed channels
            return true;
        }
        return false;
    }
}
