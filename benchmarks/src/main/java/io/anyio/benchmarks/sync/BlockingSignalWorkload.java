package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.Workers;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The workloads on signals for tasks and for bare threads.
 *
 * @param <S> the type of a signal, which is given once
 * @param creator creates a signal
 * @param giver gives a signal
 * @param awaiter waits until a signal has been given
 */
record BlockingSignalWorkload<S>(Workers workers, Supplier<S> creator, Consumer<S> giver, Awaiter<S> awaiter)
        implements SignalWorkload {

    interface Awaiter<S> {
        void await(S signal) throws InterruptedException;
    }

    @Override
    public void uncontended(int operations) {
        workers.repeat(operations, () -> {
            S signal = creator.get();
            giver.accept(signal);
            awaiter.await(signal);
        });
    }

    @Override
    public void pingPong(int operations) {
        var game = new PingPong();
        workers.run(2, player -> {
            if (player == 0) {
                game.serve(operations / 2);
            } else {
                game.answer(operations / 2);
            }
        });
    }

    /** Two players. Each creates the signal that it will wait for next before it wakes the other. */
    private final class PingPong {
        private volatile S ping = creator.get();
        private volatile S pong = ping;

        void serve(int rounds) throws InterruptedException {
            for (int i = 0; i < rounds; i++) {
                S mine = creator.get();
                pong = mine;
                giver.accept(ping);
                awaiter.await(mine);
            }
        }

        void answer(int rounds) throws InterruptedException {
            S mine = ping;
            for (int i = 0; i < rounds; i++) {
                awaiter.await(mine);
                mine = creator.get();
                ping = mine;
                giver.accept(pong);
            }
        }
    }

    @Override
    public void broadcast(int listeners, int operations) {
        var radio = new Radio(listeners);
        workers.run(listeners + 1, number -> {
            if (number == 0) {
                radio.speak(operations / listeners);
            } else {
                radio.listen(operations / listeners);
            }
        });
    }

    /** The speaker creates the next signal before it gives this one; the last listener wakes the speaker. */
    private final class Radio {
        private final int listeners;
        private final AtomicInteger heard = new AtomicInteger();
        private final S first = creator.get();
        private volatile S next = first;
        private volatile S allHeard = first;

        Radio(int listeners) {
            this.listeners = listeners;
        }

        void speak(int rounds) throws InterruptedException {
            for (int i = 0; i < rounds; i++) {
                S answer = creator.get();
                allHeard = answer;
                S now = next;
                next = creator.get();
                giver.accept(now);
                awaiter.await(answer);
            }
        }

        void listen(int rounds) throws InterruptedException {
            S mine = first;
            for (int i = 0; i < rounds; i++) {
                awaiter.await(mine);
                mine = next;
                if (heard.incrementAndGet() == listeners) {
                    heard.set(0);
                    giver.accept(allHeard);
                }
            }
        }
    }
}
