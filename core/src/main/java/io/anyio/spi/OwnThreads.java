package io.anyio.spi;

import java.util.Objects;

/**
 * Makes the daemon threads of the library and its backends. They may live longer than the call that makes them, so they
 * keep nothing of the calling thread: they have no inheritable thread-locals, the topmost thread group, and the
 * library's own class loader as context class loader. Their code keeps it alive anyway. May be called from any thread.
 *
 * <p>AnyIO has no counterpart: threads of Python inherit nothing.
 */
public final class OwnThreads {
    private OwnThreads() {}

    /** Returns a thread that is not started yet. A thread that it makes in turn inherits just as little. */
    public static Thread unstarted(String name, Runnable body) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(body, "body");
        Thread thread = Thread.ofPlatform()
                .name(name)
                .daemon()
                .group(topmost())
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
        thread.setContextClassLoader(OwnThreads.class.getClassLoader());
        return thread;
    }

    private static ThreadGroup topmost() {
        ThreadGroup group = Objects.requireNonNull(Thread.currentThread().getThreadGroup(), "this thread has ended");
        for (ThreadGroup above = group.getParent(); above != null; above = group.getParent()) {
            group = above;
        }
        return group;
    }
}
