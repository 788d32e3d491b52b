package io.anyio.thread;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A resource that threads share while they need it: the first share opens it, and the end of the last one closes it.
 * Any thread.
 *
 * @param <T> the type of the resource
 */
final class SharedResource<T> {
    private final AtomicReference<@Nullable Opening<T>> current = new AtomicReference<>(); // any thread
    private final Supplier<T> open;
    private final Predicate<T> isUsable;
    private final Consumer<T> close;

    /**
     * Creates a resource that is not open.
     *
     * @param isUsable whether an open resource can still be shared
     */
    SharedResource(Supplier<T> open, Predicate<T> isUsable, Consumer<T> close) {
        this.open = open;
        this.isUsable = isUsable;
        this.close = close;
    }

    /** An open resource with the number of its shares. When the number has fallen to 0, it does not rise again. */
    private static final class Opening<T> {
        private final AtomicInteger shares = new AtomicInteger(1); // any thread
        private final CompletableFuture<T> resource = new CompletableFuture<>();

        boolean join() {
            return shares.getAndUpdate(count -> count == 0 ? 0 : count + 1) > 0;
        }
    }

    /** The right to use the resource until it is closed. */
    static final class Share<T> {
        private final SharedResource<T> of;
        private final Opening<T> opening;
        private final T resource;
        private final AtomicBoolean closed = new AtomicBoolean(); // any thread

        private Share(SharedResource<T> of, Opening<T> opening, T resource) {
            this.of = of;
            this.opening = opening;
            this.resource = resource;
        }

        T resource() {
            return resource;
        }

        /** Ends the share. The end of the last one closes the resource. Idempotent. */
        void close() {
            if (closed.compareAndSet(false, true) && opening.shares.decrementAndGet() == 0) {
                of.forget(opening);
                of.close.accept(resource);
            }
        }
    }

    /** Returns a share, after opening the resource if it is not open. Waits while another thread opens it. */
    Share<T> acquire() {
        while (true) {
            Opening<T> known = current.get();
            if (known == null) {
                var own = new Opening<T>();
                if (current.compareAndSet(null, own)) {
                    return new Share<>(this, own, openFor(own));
                }
            } else if (known.join()) {
                var share = new Share<>(
                        this, known, Outcome.ofUninterruptibly(known.resource).get());
                if (isUsable.test(share.resource)) {
                    return share;
                }
                forget(known);
                share.close();
            } else {
                forget(known); // its last share has just ended
            }
        }
    }

    private T openFor(Opening<T> own) {
        try {
            T opened = open.get();
            own.resource.complete(opened);
            return opened;
        } catch (Throwable notOpened) {
            forget(own); // the next share tries again
            own.resource.completeExceptionally(notOpened);
            throw notOpened;
        }
    }

    private void forget(Opening<T> over) {
        current.compareAndSet(over, null);
    }
}
