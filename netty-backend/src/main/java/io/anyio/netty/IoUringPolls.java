package io.anyio.netty;

import io.netty.channel.Channel;
import io.netty.channel.uring.IoUringIoEvent;
import io.netty.channel.uring.IoUringIoHandle;

/** Answers to the polls of an io_uring channel that the system has not given, or that Netty has dropped. */
final class IoUringPolls {
    /*
     * The event goes through Netty's public interface, but uses what Netty does with it: it takes the poll for answered and
     * reads or writes. If that poll is still under way, Netty does not cancel it any more when it closes the channel, and it
     * holds the socket open until it is answered. So an answer is given only where no such poll can be under way for long.
     */

    /** There is something to read. */
    static final int IN = 1;

    /** There is room to write. */
    static final int OUT = 4;

    /** The number of the operation, and of the event, in the kernel's headers. */
    private static final byte POLL_ADD = 6;

    private IoUringPolls() {}

    /** Whether the channel could be given this answer. On the loop's thread, outside of Netty's own events for OUT. */
    static boolean answer(Channel channel, int what) {
        if (channel.isActive() && channel.unsafe() instanceof IoUringIoHandle polled) {
            polled.handle(null, new IoUringIoEvent(what, 0, POLL_ADD, 0L)); // the registration is for closed ones
            return true;
        }
        return false;
    }
}
