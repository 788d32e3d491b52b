package io.anyio.benchmarks.stream;

import io.anyio.benchmarks.Workers;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The workloads on streams for tasks and for bare threads. */
final class BlockingStreamWorkload implements StreamWorkload {
    private static final String ITEM = "item";

    private final Workers workers;
    private final Supplier<Pipe> pipes;

    BlockingStreamWorkload(Workers workers, Supplier<Pipe> pipes) {
        this.workers = workers;
        this.pipes = pipes;
    }

    /** Even numbers send and odd ones receive, so that with two loops each item moves from one loop to the other. */
    @Override
    public void between(int senders, int items) {
        Pipe pipe = pipes.get();
        workers.run(2 * senders, number -> {
            if (number % 2 == 0) {
                send(pipe, items / senders);
            } else {
                receive(pipe, items / senders);
            }
        });
    }

    @Override
    public void chain(int streams, int hops) {
        List<Pipe> row = Stream.generate(pipes).limit(streams).toList();
        int items = hops / streams;
        workers.run(streams + 1, number -> {
            if (number == 0) {
                send(row.getFirst(), items);
            } else if (number == streams) {
                receive(row.getLast(), items);
            } else {
                passOn(row.get(number - 1), row.get(number), items);
            }
        });
    }

    private static void send(Pipe pipe, int items) throws InterruptedException {
        for (int i = 0; i < items; i++) {
            pipe.sender().send(ITEM);
        }
    }

    private static void receive(Pipe pipe, int items) throws InterruptedException {
        for (int i = 0; i < items; i++) {
            if (!pipe.receiver().receive().equals(ITEM)) {
                throw new IllegalStateException("received a different item");
            }
        }
    }

    private static void passOn(Pipe from, Pipe to, int items) throws InterruptedException {
        for (int i = 0; i < items; i++) {
            to.sender().send(from.receiver().receive());
        }
    }
}
