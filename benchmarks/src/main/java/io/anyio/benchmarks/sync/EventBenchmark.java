package io.anyio.benchmarks.sync;

import io.anyio.sync.Event;
import java.util.concurrent.CountDownLatch;

/** Benchmark of {@link Event}, a {@link CountDownLatch} of one and a completed Kotlin {@code Job}. */
public class EventBenchmark extends SignalBenchmark {

    @Override
    SignalShapes ours() {
        return new BlockingSignalShapes<>(taskCrew(), new Signals<Event>() {
            @Override
            public Event create() {
                return Event.create();
            }

            @Override
            public void give(Event event) {
                event.set();
            }

            @Override
            public void await(Event event) {
                event.await();
            }
        });
    }

    @Override
    SignalShapes theJdks() {
        return new BlockingSignalShapes<>(bareCrew(), new Signals<CountDownLatch>() {
            @Override
            public CountDownLatch create() {
                return new CountDownLatch(1);
            }

            @Override
            public void give(CountDownLatch latch) {
                latch.countDown();
            }

            @Override
            public void await(CountDownLatch latch) throws InterruptedException {
                latch.await();
            }
        });
    }

    @Override
    SignalShapes kotlins() {
        return new JobShapes(coroutines());
    }
}
