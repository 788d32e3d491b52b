package io.anyio.netty.loop;

import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The number of channels registered with a loop. Only the deprecated loops publish it. For others, a protected method
 * of Netty is called, if the module system permits.
 */
final class RegisteredChannels {
    private static final @Nullable Method COUNT = find();

    private RegisteredChannels() {}

    private static @Nullable Method find() {
        try {
            Method count = SingleThreadIoEventLoop.class.getDeclaredMethod("getNumOfRegisteredChannels");
            return count.trySetAccessible() ? count : null;
        } catch (NoSuchMethodException otherRelease) {
            return null;
        }
    }

    /** Returns the number, or 0 if it is unknown. */
    static int of(EventExecutor loop) {
        if (loop instanceof SingleThreadIoEventLoop io && COUNT != null) {
            try {
                return (Integer) COUNT.invoke(io);
            } catch (ReflectiveOperationException unknown) {
                return 0;
            }
        }
        return loop instanceof SingleThreadEventLoop single ? Math.max(0, single.registeredChannels()) : 0;
    }
}
