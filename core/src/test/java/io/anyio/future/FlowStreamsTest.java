package io.anyio.future;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.ObjectReceiveStream;
import io.anyio.testing.ObjectStreamContract;
import io.anyio.testing.StreamPair;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Object streams from and to reactive streams, beyond what the kit checks. */
class FlowStreamsTest {
    private long round; // makes the random choices of a program differ between seeds

    /** A subscriber that writes down what it is told, and requests nothing by itself. */
    private static class Notes implements Flow.Subscriber<String> {
        final List<String> items = new ArrayList<>();
        final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
        final CompletableFuture<@Nullable Throwable> end = new CompletableFuture<>();

        @Override
        public void onSubscribe(Flow.Subscription from) {
            subscription.complete(from);
        }

        @Override
        public void onNext(String item) {
            items.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(failure);
        }

        @Override
        public void onComplete() {
            end.complete(null);
        }
    }

    @SimulatedTest(seeds = 200, loops = 2)
    void noItemIsLostOrDuplicatedOnTheWayThroughBoth() {
        var random = new SplittableRandom(round++);
        int buffer = 1 + random.nextInt(4);
        List<Integer> received = new ArrayList<>();
        var items = MemoryObjectStream.<Integer>create(random.nextInt(3));
        TaskGroup.run(group -> {
            group.startSoon(TaskOptions.DEFAULTS.withSpread(true), () -> {
                try (var sender = items.sender()) {
                    for (int i = 0; i < 10; i++) {
                        sender.send(i);
                    }
                }
            });
            try (ObjectReceiveStream<Integer> stream =
                    FlowStreams.subscribe(FlowStreams.publisher(group, items.receiver()), buffer)) {
                while (true) { // some receives are cancelled, which loses nothing
                    CancelScope.open(scope -> {
                        if (random.nextInt(3) == 0) {
                            group.startSoon(() -> scope.cancel());
                        }
                        received.add(stream.receive());
                    });
                }
            } catch (EndOfStreamException end) {
                // all were received
            }
        });
        assertThat(received).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @SimulatedTest(seeds = 100)
    void aCancelledSubscriptionLeavesUnrequestedItemsInTheStream() {
        var items = MemoryObjectStream.<String>create(5);
        for (String item : List.of("a", "b", "c")) {
            items.sender().sendNow(item);
        }
        var rest = items.receiver().copy();
        var notes = new Notes();
        TaskGroup.run(group -> {
            FlowStreams.publisher(group, items.receiver()).subscribe(notes);
            Flow.Subscription subscription = AnyIO.await(notes.subscription);
            subscription.request(2);
            AnyIO.awaitAllTasksBlocked();
            assertThat(notes.items).containsExactly("a", "b");
            subscription.cancel();
        });
        assertThat(rest.receiveNow()).isEqualTo("c");
        assertThat(notes.end).isNotDone();
        rest.close();
        items.close();
    }

    @SimulatedTest(seeds = 100)
    void aCancellationInTheMiddleOfAReceiveLosesNoItem() {
        var items = MemoryObjectStream.<String>create(5);
        var rest = items.receiver().copy();
        var notes = new Notes();
        TaskGroup.run(group -> {
            FlowStreams.publisher(group, items.receiver()).subscribe(notes);
            Flow.Subscription subscription = AnyIO.await(notes.subscription);
            subscription.request(10);
            group.startSoon(subscription::cancel);
            group.startSoon(() -> items.sender().sendNow("a"));
            AnyIO.awaitAllTasksBlocked();
        });
        int left = rest.statistics().currentBufferUsed();
        assertThat(notes.items.size() + left).isEqualTo(1);
        rest.close();
        items.close();
    }

    @SimulatedTest(seeds = 20)
    void aCancelledGroupEndsItsSubscribers() {
        var items = MemoryObjectStream.<String>create(1);
        var notes = new Notes();
        TaskGroup.run(group -> {
            FlowStreams.publisher(group, items.receiver()).subscribe(notes);
            AnyIO.await(notes.subscription).request(1);
            AnyIO.awaitAllTasksBlocked();
            group.cancel();
        });
        assertThat(notes.end.join()).isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> items.sender().sendNow("x")).isInstanceOf(BrokenResourceException.class);
        items.close();
    }

    @SimulatedTest
    void aFailureOfTheStreamGoesToTheSubscriberAlone() {
        var notes = new Notes();
        TaskGroup.run(group -> {
            var broken = MemoryObjectStream.<String>create(1);
            broken.close();
            FlowStreams.publisher(group, broken.receiver()).subscribe(notes);
            AnyIO.await(notes.subscription).request(1);
            assertThat(AnyIO.await(notes.end)).isInstanceOf(ClosedResourceException.class);
        });
    }

    @SimulatedTest
    void aStreamThatCannotBeOpenedFailsItsSubscriberAlone() {
        var notes = new Notes();
        TaskGroup.run(group -> {
            Flow.Publisher<String> publisher = FlowStreams.publisher(group, () -> {
                throw new AssertionError("not opened");
            });
            publisher.subscribe(notes);
            assertThat(AnyIO.await(notes.end)).hasMessage("not opened");
        });
    }

    @SimulatedTest
    void aSubscriberThatThrowsFailsTheGroup() {
        var items = MemoryObjectStream.<String>create(1);
        items.sender().sendNow("x");
        var notes = new Notes() {
            @Override
            public void onNext(String item) {
                throw new IllegalStateException("of the subscriber");
            }
        };
        assertThatThrownBy(() -> TaskGroup.run(group -> {
                    FlowStreams.publisher(group, items.receiver()).subscribe(notes);
                    AnyIO.await(notes.subscription).request(1);
                    AnyIO.sleepForever();
                }))
                .isInstanceOf(ExceptionGroup.class)
                .hasStackTraceContaining("of the subscriber");
        items.close();
    }

    @SimulatedTest
    void aSubscriberThatThrowsWhenItSubscribesLeavesNoStreamOpen() {
        var items = MemoryObjectStream.<String>create(1);
        var notes = new Notes() {
            @Override
            public void onSubscribe(Flow.Subscription from) {
                throw new IllegalStateException("of the subscriber");
            }
        };
        assertThatThrownBy(() -> TaskGroup.run(
                        group -> FlowStreams.publisher(group, items.receiver()).subscribe(notes)))
                .isInstanceOf(ExceptionGroup.class)
                .hasStackTraceContaining("of the subscriber");
        assertThatThrownBy(() -> items.sender().sendNow("x")).isInstanceOf(BrokenResourceException.class);
        items.close();
    }

    @SimulatedTest
    void aStreamThatCannotBeClosedFailsItsSubscriberAlone() {
        var unclosable = new IllegalStateException("not closed");
        var notes = new Notes();
        TaskGroup.run(group -> {
            FlowStreams.publisher(group, closing(new EndOfStreamException(), unclosable))
                    .subscribe(notes);
            AnyIO.await(notes.subscription).request(1);
            assertThat(AnyIO.await(notes.end)).isSameAs(unclosable);
        });
    }

    @SimulatedTest
    void aStreamThatFailsAndCannotBeClosedReportsBoth() {
        var broken = new IllegalStateException("broken");
        var unclosable = new IllegalStateException("not closed");
        var notes = new Notes();
        TaskGroup.run(group -> {
            FlowStreams.publisher(group, closing(broken, unclosable)).subscribe(notes);
            AnyIO.await(notes.subscription).request(1);
            assertThat(AnyIO.await(notes.end)).isSameAs(broken).hasSuppressedException(unclosable);
        });
    }

    private static ObjectReceiveStream<String> closing(RuntimeException atReceive, RuntimeException atClose) {
        return new ObjectReceiveStream<>() {
            @Override
            public String receive() {
                throw atReceive;
            }

            @Override
            public void close() {
                throw atClose;
            }
        };
    }

    @SimulatedTest
    void aStreamHasOneSubscriberAndAnEndedGroupNone() {
        var items = MemoryObjectStream.<String>create(1);
        var first = new Notes();
        var second = new Notes();
        var third = new Notes();
        List<Flow.Publisher<String>> kept = new ArrayList<>();
        TaskGroup.run(group -> {
            Flow.Publisher<String> publisher = FlowStreams.publisher(group, items.receiver());
            kept.add(publisher);
            publisher.subscribe(first);
            AnyIO.awaitAllTasksBlocked();
            publisher.subscribe(second);
            assertThat(AnyIO.await(second.end)).isInstanceOf(IllegalStateException.class);
            AnyIO.await(first.subscription).cancel();
        });
        kept.get(0).subscribe(third);
        assertThat(third.end.join()).isInstanceOf(IllegalStateException.class);
        third.subscription.join().request(1);
        third.subscription.join().cancel();
        items.close();
    }

    // ---- streams ----

    @SimulatedTest(seeds = 20)
    void itemsBeforeAFailureAreReceivedFirst() {
        ObjectReceiveStream<String> stream = FlowStreams.subscribe(
                subscriber -> {
                    subscriber.onSubscribe(subscription(_ -> {}, () -> {}));
                    subscriber.onNext("a");
                    subscriber.onError(new IllegalStateException("boom"));
                },
                2);
        try (stream) {
            assertThat(stream.receive()).isEqualTo("a");
            assertThatThrownBy(stream::receive)
                    .isInstanceOf(BrokenResourceException.class)
                    .hasRootCauseMessage("boom");
        }
    }

    @SimulatedTest(seeds = 20)
    void closingCancelsTheSubscriptionAndEndsTheWaitsOfOthers() {
        int[] cancelled = {0};
        ObjectReceiveStream<String> stream = FlowStreams.subscribe(
                subscriber -> subscriber.onSubscribe(subscription(_ -> {}, () -> cancelled[0]++)), 1);
        TaskGroup.run(group -> {
            TaskHandle<?> waiter = group.startSoon(
                    () -> assertThatThrownBy(stream::receive).isInstanceOf(ClosedResourceException.class));
            AnyIO.awaitAllTasksBlocked();
            stream.close();
            waiter.join();
        });
        assertThatThrownBy(stream::receive).isInstanceOf(ClosedResourceException.class);
        assertThat(cancelled[0]).isPositive();
    }

    @SimulatedTest
    void aPublisherThatSendsTooMuchBreaksTheStream() {
        int[] cancelled = {0};
        ObjectReceiveStream<String> stream = FlowStreams.subscribe(
                subscriber -> {
                    subscriber.onSubscribe(subscription(_ -> {}, () -> cancelled[0]++));
                    subscriber.onNext("a");
                    subscriber.onNext("b");
                    subscriber.onNext("c");
                },
                2);
        try (stream) {
            assertThat(stream.receive()).isEqualTo("a");
            assertThat(stream.receive()).isEqualTo("b");
            assertThatThrownBy(stream::receive)
                    .isInstanceOf(BrokenResourceException.class)
                    .hasStackTraceContaining("more items than were requested");
        }
        assertThat(cancelled[0]).isPositive();
    }

    @SimulatedTest
    void neverMoreIsRequestedThanTheBufferTakes() {
        long[] open = {0};
        long[] most = {0};
        Flow.Subscriber<?>[] holder = new Flow.Subscriber<?>[1];
        ObjectReceiveStream<String> stream = FlowStreams.subscribe(
                subscriber -> {
                    holder[0] = subscriber;
                    subscriber.onSubscribe(subscription(
                            n -> {
                                open[0] += n;
                                most[0] = Math.max(most[0], open[0]);
                            },
                            () -> {}));
                },
                3);
        try (stream) {
            @SuppressWarnings("unchecked")
            var subscriber = (Flow.Subscriber<String>) holder[0];
            for (int i = 0; i < 30; i++) {
                assertThat(open[0]).isPositive();
                subscriber.onNext("x");
                open[0]--;
                stream.receive();
            }
        }
        assertThat(most[0]).isLessThanOrEqualTo(3);
    }

    @SimulatedTest
    void aTimeOutOfAReceiveWorksInASimulation() {
        ObjectReceiveStream<String> stream =
                FlowStreams.subscribe(subscriber -> subscriber.onSubscribe(subscription(_ -> {}, () -> {})), 1);
        try (stream) {
            assertThat(Timeouts.moveOnAfter(Duration.ofSeconds(1), stream::receive)
                            .cancelledCaught())
                    .isTrue();
        }
    }

    @AnyIOTest
    void itWorksWithAPublisherOfOtherThreads() {
        List<Integer> received = new ArrayList<>();
        var publisher = new SubmissionPublisher<Integer>();
        try (ObjectReceiveStream<Integer> stream = FlowStreams.subscribe(publisher, 8)) {
            var sending = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 1000; i++) {
                    publisher.submit(i);
                }
                publisher.close();
            });
            for (int item : stream) {
                received.add(item);
            }
            AnyIO.await(sending);
        }
        assertThat(received).hasSize(1000).isSorted();
    }

    @AnyIOTest
    void itKeepsTheContractOfObjectStreams() {
        TaskGroup.run(group -> ObjectStreamContract.oneWay(
                        () -> {
                            var items = MemoryObjectStream.<String>create(1);
                            return new StreamPair<>(
                                    items.sender(),
                                    FlowStreams.subscribe(FlowStreams.publisher(group, items.receiver()), 4));
                        },
                        number -> "item " + number)
                .verify());
    }

    private static Flow.Subscription subscription(LongConsumer onRequest, Runnable onCancel) {
        return new Flow.Subscription() {
            @Override
            public void request(long n) {
                onRequest.accept(n);
            }

            @Override
            public void cancel() {
                onCancel.run();
            }
        };
    }
}
