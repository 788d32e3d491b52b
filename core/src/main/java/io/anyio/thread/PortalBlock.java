package io.anyio.thread;

/**
 * Code that uses a portal. AnyIO: the body of {@code with start_blocking_portal()}.
 *
 * @param <X> the type of the exceptions it throws
 */
@FunctionalInterface
public interface PortalBlock<X extends Exception> {

    /** Uses {@code portal}, which is open until this method returns. */
    void run(BlockingPortal portal) throws X;
}
