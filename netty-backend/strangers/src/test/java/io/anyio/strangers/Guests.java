package io.anyio.strangers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.net.Tcp;
import io.anyio.netty.NettyRuntime;
import io.anyio.sync.Lock;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Tasks on the event loops of another library: each kind of wait that such a program has. */
final class Guests {
    private static final Duration SHORT = Duration.ofMillis(20);

    private Guests() {}

    /** Attaches to the loops, works on them while the library exchanges messages on them, and leaves them running. */
    static void work(EventLoopGroup loops, Exchange exchange) throws Exception {
        try (var runtime = NettyRuntime.attach(loops);
                var traffic = Traffic.of(exchange)) {
            work(runtime, loops);
            traffic.goesOn();
        }
        assertThat(loops.isShuttingDown()).isFalse();
        exchange.run();
    }

    /** Starts the tasks on every loop at the same time. */
    static void work(NettyRuntime runtime, EventLoopGroup loops) throws Exception {
        assertThat(runtime.info().carrier().label()).isEqualTo(System.getProperty("anyio.test.carrier"));
        Lock lock = Lock.create();
        int[] counter = {0};
        List<CompletableFuture<String>> working = new ArrayList<>();
        for (int i = 0; i < 2 * runtime.info().loops(); i++) {
            working.add(runtime.start(() -> {
                sleeps();
                connects();
                excludes(lock, counter);
                timesOut();
                fansOut();
                return carrierThread();
            }));
        }
        Set<String> carriers = new HashSet<>();
        for (CompletableFuture<String> one : working) {
            carriers.add(one.get(30, TimeUnit.SECONDS));
        }
        assertThat(counter[0]).isEqualTo(working.size() * 4 * 10);
        if (System.getProperty("anyio.test.carrier").equals("loop")) {
            carriers.removeIf(name -> name.contains("rescue")); // on a busy machine, see docs/carriers.md
            assertThat(threads(loops)).containsAll(carriers);
        }
    }

    /** Awaits a stage of the library in a task. */
    static <T> T await(NettyRuntime runtime, Callable<? extends CompletionStage<T>> start) throws Exception {
        return runtime.start(() -> AnyIO.await(start.call())).get(30, TimeUnit.SECONDS);
    }

    /**
     * Calls a method of the library in a task, which it blocks: the loop goes on, because a task is a virtual thread.
     */
    static <T> T call(NettyRuntime runtime, Callable<T> blocking) throws Exception {
        return runtime.start(blocking::call).get(30, TimeUnit.SECONDS);
    }

    private static Set<String> threads(EventLoopGroup loops) throws Exception {
        Set<String> threads = new HashSet<>();
        for (EventExecutor loop : loops) {
            threads.add(loop.submit(() -> Thread.currentThread().getName()).get(30, TimeUnit.SECONDS));
        }
        return threads;
    }

    /** Returns the name of the platform thread that carries the current virtual thread. */
    private static String carrierThread() {
        String text = Thread.currentThread().toString();
        return text.substring(text.lastIndexOf('@') + 1);
    }

    private static void sleeps() {
        long before = System.nanoTime();
        AnyIO.sleep(SHORT);
        assertThat(System.nanoTime() - before).isGreaterThanOrEqualTo(SHORT.toNanos());
    }

    private static void connects() {
        byte[] message = new byte[200_000];
        for (int i = 0; i < message.length; i++) {
            message[i] = (byte) (i * 31);
        }
        byte[] answer = TaskGroup.call(group -> {
            try (var listener = Tcp.listen("127.0.0.1", 0)) {
                group.startSoon(() -> listener.serve(stream -> {
                    while (true) {
                        stream.send(stream.receive());
                    }
                }));
                try (var client = Tcp.connect("127.0.0.1", listener.port())) {
                    group.startSoon(() -> client.send(message));
                    var received = new ByteArrayOutputStream();
                    while (received.size() < message.length) {
                        received.writeBytes(client.receive());
                    }
                    group.cancel();
                    return received.toByteArray();
                }
            }
        });
        assertThat(answer).isEqualTo(message);
    }

    /** Increments in two steps, between which other tasks run, also those of other loops. */
    private static void excludes(Lock lock, int[] counter) {
        TaskGroup.run(group -> {
            for (int i = 0; i < 4; i++) {
                group.startSoon(() -> {
                    for (int k = 0; k < 10; k++) {
                        lock.acquire();
                        try {
                            int before = counter[0];
                            AnyIO.checkpoint();
                            counter[0] = before + 1;
                        } finally {
                            lock.release();
                        }
                    }
                });
            }
        });
    }

    private static void timesOut() {
        assertThatThrownBy(() -> Timeouts.failAfter(SHORT, AnyIO::sleepForever)).isInstanceOf(TimedOutException.class);
        boolean[] cancelled = {false};
        Lock own = Lock.create();
        own.acquire();
        TaskGroup.run(group -> group.startSoon(() -> {
            var _ = Timeouts.moveOnAfter(SHORT, _ -> {
                try {
                    own.acquire();
                } catch (Cancelled c) {
                    cancelled[0] = true;
                    throw c;
                }
            });
        }));
        own.release();
        assertThat(cancelled[0]).isTrue();
    }

    private static void fansOut() {
        int sum = TaskGroup.call(group -> {
            List<TaskHandle<Integer>> all = new ArrayList<>();
            for (int i = 1; i <= 20; i++) {
                int mine = i;
                all.add(group.startSoon(() -> {
                    AnyIO.sleep(Duration.ofMillis(1));
                    return mine;
                }));
            }
            int total = 0;
            for (TaskHandle<Integer> one : all) {
                total += one.join();
            }
            return total;
        });
        assertThat(sum).isEqualTo(210);
    }
}
