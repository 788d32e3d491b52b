package io.anyio.examples;

import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.MemorySendStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Producers, workers and a collector, joined by memory object streams.
 *
 * <pre>
 *    producer ─┐          ┌─ worker ─┐
 *    producer ─┴─ numbers ┼─ worker ─┼─ squares ── sum
 *                         └─ worker ─┘
 * </pre>
 *
 * Each task has a copy of the end it uses and closes it when it is done. A stream ends when the last copy of its
 * sending end is closed, so the end travels down the line by itself.
 */
@Command(name = "pipeline", description = "producers, workers and a collector, joined by memory object streams")
final class Pipeline extends Example {
    private static final int PRODUCERS = 2;
    private static final TaskOptions ANYWHERE = TaskOptions.DEFAULTS.withSpread(true);

    @Option(names = "--items", paramLabel = "N", description = "how many numbers each producer sends")
    private int items = 100;

    @Option(names = "--workers", paramLabel = "N", description = "how many workers")
    private int workers = 3;

    @Option(names = "--buffer", paramLabel = "N", description = "how many numbers may wait between two tasks")
    private int buffer = 4;

    @Override
    void run() {
        sumOfSquares();
        fullStreamMakesSendersWait();
        closedReceiverStopsSenders();
    }

    private void sumOfSquares() {
        var numbers = MemoryObjectStream.<Integer>create(buffer);
        var squares = MemoryObjectStream.<Long>create(buffer);
        TaskGroup.run(group -> {
            for (int i = 0; i < PRODUCERS; i++) {
                MemorySendStream<Integer> out = numbers.sender().copy();
                group.startSoon(ANYWHERE.withName("producer " + i), () -> produce(out));
            }
            for (int i = 0; i < workers; i++) {
                MemoryReceiveStream<Integer> in = numbers.receiver().copy();
                MemorySendStream<Long> out = squares.sender().copy();
                group.startSoon(ANYWHERE.withName("worker " + i), () -> square(in, out));
            }
            // from here on only the copies keep the streams open
            numbers.sender().close();
            numbers.receiver().close();
            squares.sender().close();

            int count = 0;
            long sum = 0;
            for (long square : squares.receiver()) {
                count++;
                sum += square;
            }
            System.out.println("the sum of " + count + " squares is " + sum);
        });
    }

    private void produce(MemorySendStream<Integer> out) {
        try (out) {
            for (int number = 1; number <= items; number++) {
                out.send(number);
            }
        }
    }

    private static void square(MemoryReceiveStream<Integer> in, MemorySendStream<Long> out) {
        try (in;
                out) {
            for (int number : in) {
                out.send((long) number * number);
            }
        }
    }

    /** Shows back-pressure: a full stream makes its senders wait, or tells them that they would have to wait. */
    private static void fullStreamMakesSendersWait() {
        var stream = MemoryObjectStream.<String>create(2);
        int sent = 0;
        try {
            while (true) {
                stream.sender().sendNow("item");
                sent++;
            }
        } catch (WouldBlockException full) {
            System.out.println("room for " + sent + ", then a sender waits");
        }
    }

    /** Shows that closing the receiving end stops the senders, however many items they have. */
    private void closedReceiverStopsSenders() {
        var stream = MemoryObjectStream.<Integer>create(buffer);
        TaskGroup.run(group -> {
            group.startSoon(TaskOptions.named("producer without end"), () -> {
                try (MemorySendStream<Integer> out = stream.sender()) {
                    for (int number = 1; true; number++) {
                        out.send(number);
                    }
                } catch (BrokenResourceException noReceiver) {
                    System.out.println("the producer has stopped");
                }
            });
            try (MemoryReceiveStream<Integer> in = stream.receiver()) {
                System.out.println("that is enough: " + in.receive() + ", " + in.receive() + ", " + in.receive());
            }
        });
    }
}
