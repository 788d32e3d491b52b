package io.anyio.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.WouldBlockException;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.select.Select;
import io.anyio.select.SelectClause;
import io.anyio.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams whose ends are used, copied, cancelled and closed at random: each item ends at one place. */
class DisposedItemsTest {
    private static final int SEEDS = 150;
    private static final int TASKS = 6;
    private static final int STEPS = 12;
    private static final int[] SIZES = {0, 1, 3, MemoryObjectStream.UNLIMITED};
    private static final TaskOptions SPREAD = TaskOptions.DEFAULTS.withSpread(true);

    private final List<Integer> received = new ArrayList<>(); // one thread runs the whole simulation
    private final List<Integer> disposed = new ArrayList<>();
    private final List<Integer> kept = new ArrayList<>(); // by its sender, because the call has not sent it
    private int made;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void eachItemIsReceivedDisposedOfOrKeptByItsSenderAndOnlyOnce(int loops) {
        int[] all = new int[3];
        for (int seed = 0; seed < SEEDS; seed++) {
            made = 0;
            List.of(received, disposed, kept).forEach(List::clear);
            var random = new SplittableRandom(seed);
            Simulation.DEFAULTS.withSeed(seed).withLoops(loops).run(() -> program(random));
            List<Integer> found = new ArrayList<>(received);
            found.addAll(disposed);
            found.addAll(kept);
            assertThat(found)
                    .as("seed %d: received %s, disposed of %s, kept %s", seed, received, disposed, kept)
                    .containsExactlyInAnyOrderElementsOf(
                            IntStream.range(0, made).boxed().toList());
            all[0] += received.size();
            all[1] += disposed.size();
            all[2] += kept.size();
        }
        assertThat(all).doesNotContain(0);
    }

    @Test
    void theItemsLeftAreDisposedOfWhenTheLastReceiveStreamIsClosed() {
        for (int count : new int[] {0, 1, 31, 32, 33, 100}) {
            disposed.clear();
            var stream = MemoryObjectStream.<Integer>create(MemoryObjectStream.UNLIMITED, disposed::add);
            IntStream.range(0, count + 1).forEach(stream.sender()::sendNow);
            assertThat(stream.receiver().receiveNow()).isZero();
            var copy = stream.receiver().copy();
            stream.close();
            assertThat(disposed).isEmpty();
            copy.close();
            copy.close();
            stream.close();
            assertThat(disposed)
                    .isEqualTo(IntStream.rangeClosed(1, count).boxed().toList());
            assertThat(copy.statistics().currentBufferUsed()).isZero();
        }
    }

    /** Otherwise a consumer that uses the stream would spin. */
    @Test
    void theConsumerMayUseTheStream() {
        List<MemoryObjectStream<Integer>> used = new ArrayList<>();
        var stream = MemoryObjectStream.<Integer>create(2, item -> {
            disposed.add(item + used.getFirst().sender().statistics().currentBufferUsed());
            assertThatThrownBy(() -> used.getFirst().sender().sendNow(9)).isInstanceOf(BrokenResourceException.class);
        });
        used.add(stream);
        stream.sender().sendNow(1);
        stream.sender().sendNow(2);
        stream.receiver().close();
        assertThat(disposed).containsExactly(1, 2);
    }

    @Test
    void aConsumerThatFailsDoesNotKeepTheOtherItems() {
        var logger = Logger.getLogger("io.anyio.stream");
        List<String> logged = new ArrayList<>();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                logged.add(entry.getMessage() + " " + entry.getThrown().getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
        try {
            var stream = MemoryObjectStream.<Integer>create(3, item -> {
                disposed.add(item);
                if (item < 3) {
                    throw new IllegalStateException("on purpose " + item);
                }
            });
            IntStream.rangeClosed(1, 3).forEach(stream.sender()::sendNow);
            stream.close();
        } finally {
            logger.setUseParentHandlers(true);
            logger.removeHandler(handler);
        }
        assertThat(disposed).containsExactly(1, 2, 3);
        assertThat(logged).hasSize(2).allMatch(text -> text.contains("Correct the consumer"));
        assertThat(logged.getFirst()).endsWith("on purpose 1");
    }

    private void program(SplittableRandom random) {
        List<Ends> all = new ArrayList<>();
        TaskGroup.run(group -> {
            List<MemoryObjectStream<Integer>> streams = new ArrayList<>();
            for (int i = 1 + random.nextInt(2); i > 0; i--) {
                streams.add(MemoryObjectStream.create(SIZES[random.nextInt(SIZES.length)], disposed::add));
            }
            for (int i = 0; i < TASKS; i++) {
                for (var stream : streams) {
                    all.add(new Ends(stream.sender().copy(), stream.receiver().copy()));
                }
            }
            streams.forEach(MemoryObjectStream::close); // so a task closes the last end
            for (int i = 0; i < TASKS; i++) {
                var own = random.split();
                group.startSoon(SPREAD, () -> {
                    for (int step = 0; step < STEPS; step++) {
                        step(own, all);
                    }
                    all.get(own.nextInt(all.size())).close();
                });
            }
            if (random.nextBoolean()) {
                group.startSoon(SPREAD, () -> {
                    AnyIO.sleep(Duration.ofMillis(random.nextInt(9)));
                    all.forEach(Ends::close);
                });
            }
        });
        all.forEach(Ends::close);
    }

    /** A pair of ends, which each task may use or close. */
    private static final class Ends {
        private MemorySendStream<Integer> sender;
        private MemoryReceiveStream<Integer> receiver;

        Ends(MemorySendStream<Integer> sender, MemoryReceiveStream<Integer> receiver) {
            this.sender = sender;
            this.receiver = receiver;
        }

        void close() {
            sender.close();
            receiver.close();
        }

        void renew() {
            var oldSender = sender;
            var oldReceiver = receiver;
            sender = oldSender.copy();
            oldSender.close();
            receiver = oldReceiver.copy();
            oldReceiver.close();
        }
    }

    private void step(SplittableRandom own, List<Ends> all) {
        Ends ends = all.get(own.nextInt(all.size()));
        try {
            switch (own.nextInt(9)) {
                case 0, 1 -> sending(item -> limited(own, () -> ends.sender.send(item)));
                case 2 -> sending(ends.sender::sendNow);
                case 3, 4 -> limited(own, () -> received.add(ends.receiver.receive()));
                case 5 -> received.add(ends.receiver.receiveNow());
                case 6 -> select(own, all);
                case 7 -> ends.renew();
                default -> {
                    if (own.nextInt(6) == 0) {
                        ends.close();
                    }
                }
            }
        } catch (WouldBlockException | ClosedResourceException | BrokenResourceException | EndOfStreamException e) {
            // the item, if there was one, is kept
        }
    }

    /** Runs a call that is cancelled at random; throws if it was. */
    private static void limited(SplittableRandom own, Runnable call) {
        boolean[] done = {false};
        Timeouts.moveOnAfter(Duration.ofMillis(own.nextInt(4)), () -> {
            if (own.nextInt(8) == 0) { // in a scope that is cancelled before
                var scope = CancelScope.create();
                scope.cancel();
                scope.run(() -> {
                    call.run();
                    done[0] = true;
                });
            } else {
                call.run();
                done[0] = true;
            }
        });
        if (!done[0]) {
            throw new WouldBlockException("cancelled");
        }
    }

    private void sending(Consumer<Integer> call) {
        int item = made++;
        boolean sent = false;
        try {
            call.accept(item);
            sent = true;
        } finally {
            if (!sent) {
                kept.add(item);
            }
        }
    }

    private void select(SplittableRandom own, List<Ends> all) {
        Set<Integer> offered = new HashSet<>();
        List<SelectClause<Runnable>> clauses = new ArrayList<>();
        for (int i = 1 + own.nextInt(3); i > 0; i--) {
            Ends ends = all.get(own.nextInt(all.size()));
            if (own.nextBoolean()) {
                Integer item = made++;
                offered.add(item);
                clauses.add(ends.sender.onSend(item).then(_ -> () -> offered.remove(item)));
            } else {
                clauses.add(ends.receiver.onReceive().then(item -> () -> received.add(item)));
            }
        }
        try {
            limited(own, () -> Select.first(clauses).run());
        } finally {
            kept.addAll(offered);
        }
    }
}
