package io.anyio.benchmarks.sync;

import io.anyio.benchmarks.Crew;
import java.util.concurrent.atomic.AtomicInteger;

/** The workloads on signals for tasks and for bare threads. */
final class BlockingSignalShapes<S> implements SignalShapes {
    private final Crew crew;
    private final Signals<S> signals;

    BlockingSignalShapes(Crew crew, Signals<S> signals) {
        this.crew = crew;
        this.signals = signals;
    }

    @Override
    public void uncontended(int operations) {
        crew.run(1, _ -> {
            for (int i = 0; i < operations; i++) {
                S signal = signals.create();
                signals.give(signal);
                signals.await(signal);
            }
        });
    }

    @Override
    public void pingPong(int operations) {
        var game = new PingPong();
        crew.run(2, player -> {
            if (player == 0) {
                game.serve(operations / 2);
            } else {
                game.answer(operations / 2);
            }
        });
    }

    /** Two players. Each creates the signal that it will wait for next before it wakes the other. */
    private final class PingPong {
        private volatile S ping = signals.create();
        private volatile S pong = ping;

        void serve(int rounds) throws InterruptedException {
            for (int i = 0; i < rounds; i++) {
                S mine = signals.create();
                pong = mine;
                signals.give(ping);
                signals.await(mine);
            }
        }

        void answer(int rounds) throws InterruptedException {
            S mine = ping;
            for (int i = 0; i < rounds; i++) {
                signals.await(mine);
                mine = signals.create();
                ping = mine;
                signals.give(pong);
            }
        }
    }

    @Override
    public void broadcast(int listeners, int operations) {
        var radio = new Radio(listeners);
        crew.run(listeners + 1, number -> {
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
        private final S first = signals.create();
        private volatile S next = first;
        private volatile S allHeard = first;

        Radio(int listeners) {
            this.listeners = listeners;
        }

        void speak(int rounds) throws InterruptedException {
            for (int i = 0; i < rounds; i++) {
                S answer = signals.create();
                allHeard = answer;
                S now = next;
                next = signals.create();
                signals.give(now);
                signals.await(answer);
            }
        }

        void listen(int rounds) throws InterruptedException {
            S mine = first;
            for (int i = 0; i < rounds; i++) {
                signals.await(mine);
                mine = next;
                if (heard.incrementAndGet() == listeners) {
                    heard.set(0);
                    signals.give(allHeard);
                }
            }
        }
    }
}
