package io.anyio.examples.docs;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TimedOutException;
import io.anyio.Timeouts;
import io.anyio.future.FlowStreams;
import io.anyio.future.GroupExecutors;
import io.anyio.future.TaskFutures;
import io.anyio.netty.NettyFutures;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.ObjectReceiveStream;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;

/**
 * The code of docs/futures.md. The test of the docs compares it with the page, runs it, and compares what it prints.
 */
public final class Futures {
    private Futures() {}

    private static <X extends Exception> void inATask(Block<X> body) throws X {
        AnyIO.run(body, "netty");
    }

    private static CompletableFuture<String> lookUp(String key) {
        return CompletableFuture.supplyAsync(() -> "value of " + key);
    }

    private static CompletableFuture<String> neverAnswered() {
        return new CompletableFuture<>();
    }

    /** Waiting for a stage. */
    public static void await() {
        inATask(() -> {
            // begin await
            String value = AnyIO.await(lookUp("a"));
            System.out.println(value);
            // end await
        });
    }

    /** A wait that cancels. */
    public static void awaitOrCancel() {
        inATask(() -> {
            // begin await-or-cancel
            CompletableFuture<String> request = neverAnswered();
            try {
                Timeouts.failAfter(Duration.ofMillis(20), () -> AnyIO.awaitOrCancel(request));
            } catch (TimedOutException late) {
                System.out.println("cancelled: " + request.isCancelled());
            }
            // end await-or-cancel
        });
    }

    /** A future of Netty. */
    public static void netty() {
        inATask(() -> {
            // begin netty
            Promise<String> promise = GlobalEventExecutor.INSTANCE.newPromise();
            TaskGroup.run(group -> {
                group.startSoon(() -> System.out.println("received " + NettyFutures.await(promise)));
                promise.setSuccess("a message");
            });
            // end netty
        });
    }

    /** A task as a future. */
    public static void task() {
        inATask(() -> {
            // begin task
            TaskGroup.run(group -> {
                TaskHandle<Integer> task = group.startSoon(() -> {
                    AnyIO.sleep(Duration.ofMillis(1));
                    return 42;
                });
                CompletableFuture<String> text =
                        TaskFutures.toCompletableFuture(task).thenApply(number -> "the answer is " + number);
                System.out.println(AnyIO.await(text));
            });
            // end task
        });
    }

    /** Work for a group. */
    public static void executor() {
        inATask(() -> {
            // begin executor
            TaskGroup.run(group -> {
                var executor = GroupExecutors.executor(group);
                CompletableFuture<String> page = CompletableFuture.supplyAsync(
                        () -> {
                            AnyIO.sleep(Duration.ofMillis(1)); // it is a task, so it may use the library
                            return "a page";
                        },
                        executor);
                System.out.println(AnyIO.await(page));
            });
            // end executor
        });
    }

    /** Threads of a group. */
    public static void threads() {
        inATask(() -> {
            // begin threads
            TaskGroup.run(group -> {
                try (ExecutorService pool = Executors.newFixedThreadPool(2, GroupExecutors.threadFactory(group))) {
                    var lengths = CompletableFuture.supplyAsync("eleven"::length, pool);
                    System.out.println(AnyIO.await(lengths));
                } // the pool must be shut down before its group ends
            });
            // end threads
        });
    }

    /** From a publisher. */
    public static void subscribe() {
        inATask(() -> TaskGroup.run(group -> {
            var numbers = MemoryObjectStream.<Integer>create(3);
            for (int number = 1; number <= 3; number++) {
                numbers.sender().send(number);
            }
            numbers.sender().close();
            // begin subscribe
            Flow.Publisher<Integer> publisher = FlowStreams.publisher(group, numbers.receiver());
            try (ObjectReceiveStream<Integer> stream = FlowStreams.subscribe(publisher, 16)) {
                for (int number : stream) {
                    System.out.println("received " + number);
                }
            }
            // end subscribe
        }));
    }
}
