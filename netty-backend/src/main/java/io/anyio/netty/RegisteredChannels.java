package io.anyio.netty;

import io.netty.channel.SingleThreadEventLoop;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * How many channels stand on a loop. Only the deprecated loops tell in public; for the others a protected method of
 * Netty is asked, where the module system lets us.
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

    /** The number, or 0 when nobody tells. */
    static int of(EventExecutor loop) {
        if (loop instanceof SingleThreadIoEventLoop io && COUNT != null) {
            try {
                return (Integer) COUNT.invoke(io);
            } catch (ReflectiveOperationException nobodyTells) {
                return 0;
            }
        }
        return loop instanceof SingleThreadEventLoop single ? Math.max(0, single.registeredChannels()) : 0;
    }
}
