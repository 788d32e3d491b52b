package io.anyio.future;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.jdk.JdkOptions;
import io.anyio.stream.EndOfStreamException;
import io.anyio.stream.ObjectReceiveStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.reactivestreams.tck.flow.FlowSubscriberBlackboxVerification;
import org.reactivestreams.tck.flow.FlowSubscriberWhiteboxVerification;
import org.testng.TestListenerAdapter;
import org.testng.TestNG;

/** Runs the Technology Compatibility Kit of Reactive Streams, which is written for TestNG, in a task group. */
class FlowTckTest {
    private static volatile TaskGroup group; // of the run around the kit, which makes the objects of its classes

    @Test
    void ourPublishersPass() throws Exception {
        verify(PublisherTck.class, 31);
    }

    @Test
    void ourSubscribersPassFromOutside() throws Exception {
        verify(BlackboxTck.class, 11);
    }

    @Test
    void ourSubscribersPassFromInside() throws Exception {
        verify(WhiteboxTck.class, 14);
    }

    private static void verify(Class<?> kit, int atLeast) throws Exception {
        AnyIO.run(
                () -> TaskGroup.run(around -> {
                    group = around;
                    var results = AnyIO.await(CompletableFuture.supplyAsync(() -> runKit(kit)));
                    around.cancel();
                    for (var failed : results.getFailedTests()) {
                        throw new AssertionError(failed.getName(), failed.getThrowable());
                    }
                    assertThat(results.getConfigurationFailures()).isEmpty();
                    assertThat(results.getPassedTests()).hasSizeGreaterThanOrEqualTo(atLeast);
                    assertThat(results.getSkippedTests())
                            .allMatch(test -> test.getName().startsWith("untested_"));
                }),
                JdkOptions.DEFAULTS);
    }

    private static TestListenerAdapter runKit(Class<?> kit) {
        var results = new TestListenerAdapter();
        var runner = new TestNG(false);
        runner.setVerbose(0);
        runner.setTestClasses(new Class<?>[] {kit});
        runner.addListener(results);
        runner.run();
        return results;
    }

    private static TestEnvironment environment() {
        return new TestEnvironment(2000, 50);
    }

    /** The items 0, 1, 2… */
    private static final class Numbers implements ObjectReceiveStream<Integer> {
        private final long count;
        private int next;

        Numbers(long count) {
            this.count = count;
        }

        @Override
        public Integer receive() {
            AnyIO.checkpoint();
            if (next == count) {
                throw new EndOfStreamException();
            }
            return next++;
        }

        @Override
        public void close() {}
    }

    /** The rules for publishers. */
    public static final class PublisherTck extends FlowPublisherVerification<Integer> {
        public PublisherTck() {
            super(environment());
        }

        @Override
        public Flow.Publisher<Integer> createFlowPublisher(long elements) {
            return FlowStreams.publisher(group, () -> new Numbers(elements));
        }

        @Override
        public Flow.Publisher<Integer> createFailedFlowPublisher() {
            return FlowStreams.publisher(group, () -> {
                throw new IllegalStateException("not opened");
            });
        }
    }

    /** The rules for subscribers that can be observed from outside. */
    public static final class BlackboxTck extends FlowSubscriberBlackboxVerification<Integer> {
        public BlackboxTck() {
            super(environment());
        }

        @Override
        public Flow.Subscriber<Integer> createFlowSubscriber() {
            return consumed();
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    /** The rules for subscribers that need a probe. */
    public static final class WhiteboxTck extends FlowSubscriberWhiteboxVerification<Integer> {
        public WhiteboxTck() {
            super(environment());
        }

        @Override
        protected Flow.Subscriber<Integer> createFlowSubscriber(WhiteboxSubscriberProbe<Integer> probe) {
            Flow.Subscriber<Integer> ours = consumed();
            return new Flow.Subscriber<>() {
                @Override
                public void onSubscribe(Flow.Subscription subscription) {
                    ours.onSubscribe(subscription);
                    probe.registerOnSubscribe(new SubscriberPuppet() {
                        @Override
                        public void triggerRequest(long elements) {
                            // a task receives, which requests more
                        }

                        @Override
                        public void signalCancel() {
                            subscription.cancel();
                        }
                    });
                }

                @Override
                public void onNext(Integer item) {
                    ours.onNext(item);
                    probe.registerOnNext(item);
                }

                @Override
                public void onError(Throwable failure) {
                    ours.onError(failure);
                    probe.registerOnError(failure);
                }

                @Override
                public void onComplete() {
                    ours.onComplete();
                    probe.registerOnComplete();
                }
            };
        }

        @Override
        public Integer createElement(int element) {
            return element;
        }
    }

    /** Returns the subscriber of a stream whose items a task receives. */
    private static Flow.Subscriber<Integer> consumed() {
        var stream = new SubscribedStream<Integer>(2);
        group.startSoon(() -> {
            try (stream) {
                while (true) {
                    stream.receive();
                }
            } catch (RuntimeException ended) {
                // the kit has completed or failed it
            }
        });
        return stream.subscriber();
    }
}
