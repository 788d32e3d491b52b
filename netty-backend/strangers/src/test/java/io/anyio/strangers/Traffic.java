package io.anyio.strangers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Exchanges of another library, one after the other, while tasks use its event loops. */
final class Traffic implements AutoCloseable {
    private static final int SOME = 20;

    private final AtomicInteger exchanges = new AtomicInteger();
    private final CompletableFuture<Boolean> some = new CompletableFuture<>();
    private final CompletableFuture<Boolean> more = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
    private volatile int enough = Integer.MAX_VALUE;
    private volatile boolean stopped;

    private Traffic() {}

    /** Starts the exchanges, and returns after some of them. */
    static Traffic of(Exchange exchange) throws Exception {
        var traffic = new Traffic();
        Thread.ofPlatform().daemon().name("traffic").start(() -> traffic.run(exchange));
        traffic.some.get(30, TimeUnit.SECONDS);
        return traffic;
    }

    private void run(Exchange exchange) {
        try {
            while (!stopped) {
                exchange.run();
                int so = exchanges.incrementAndGet();
                if (so >= SOME) {
                    some.complete(true);
                }
                if (so >= enough) {
                    more.complete(true);
                }
            }
            ended.complete(true);
        } catch (Throwable failure) {
            some.completeExceptionally(failure);
            more.completeExceptionally(failure);
            ended.completeExceptionally(failure);
        }
    }

    /** Waits until there were some more exchanges, and fails if one of them has failed. */
    void goesOn() throws Exception {
        int before = exchanges.get();
        enough = before + SOME;
        assertThat(more.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(exchanges.get()).isGreaterThan(before);
    }

    @Override
    public void close() {
        stopped = true;
        ended.orTimeout(30, TimeUnit.SECONDS).join();
    }
}
