package io.anyio.examples;

import io.anyio.AnyIO;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.ToThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;

/**
 * Two worlds of threads that use a run through a portal: the one thread of a GUI, which must never wait, and a pool of
 * threads such as that of a servlet container, each of which waits for its answer.
 */
@Command(name = "from-outside", description = "threads outside of a run use it through a portal; not on the simulation")
final class FromOutside extends Example {
    private static final int REQUESTS = 3;

    @Override
    void run() {
        BlockingPortal.run(portal -> ToThread.run(() -> {
            theThreadOfAGui(portal);
            threadsOfAContainer(portal);
        }));
    }

    /** What the tasks do: ask a service that takes some time. */
    private static String ask(String what, Duration time) {
        AnyIO.sleep(time);
        return "answer to " + what;
    }

    /** A click starts a task, and its outcome returns to the thread of the GUI as an event. */
    private static void theThreadOfAGui(BlockingPortal portal) throws Exception {
        try (ExecutorService gui = Executors.newSingleThreadExecutor(
                Thread.ofPlatform().name("gui").factory())) {
            var shown = new CompletableFuture<String>();
            gui.execute(
                    () -> { // the handler of a click
                        var _ = portal.startSoon(() -> ask("a click", Duration.ofMillis(5)))
                                .thenAcceptAsync(
                                        answer -> shown.complete(
                                                Thread.currentThread().getName() + " shows the " + answer),
                                        gui);
                        System.out.println("the GUI goes on");
                    });
            System.out.println(shown.join());
            CompletableFuture<String> unwanted = portal.startSoon(() -> ask("a wrong click", Duration.ofHours(1)));
            gui.submit(() -> unwanted.cancel(true)).get(); // the button "Cancel"
            System.out.println("cancelled: " + unwanted.isCancelled());
        }
    }

    /** Each thread handles one request, and blocks until its task has the answer. */
    private static void threadsOfAContainer(BlockingPortal portal) throws Exception {
        try (ExecutorService container = Executors.newFixedThreadPool(REQUESTS)) {
            List<Future<String>> answers = IntStream.range(0, REQUESTS)
                    .mapToObj(number -> container.submit(() -> handle(portal, "request " + number)))
                    .toList();
            for (Future<String> answer : answers) {
                System.out.println(answer.get());
            }
        }
    }

    private static String handle(BlockingPortal portal, String request) {
        try {
            return portal.call(() -> ask(request, Duration.ofMillis(5)));
        } catch (CancellationException stopped) {
            return "503 the service is shutting down";
        }
    }
}
