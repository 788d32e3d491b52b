package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.TaskGroup;
import java.time.Duration;
import java.util.List;

/** Collects the checks of a contract for streams; each has a connection of its own. */
final class PairChecks<S extends AutoCloseable, R extends AutoCloseable> {
    private static final int MOST_ROUNDS = 20_000;
    private static final int PAUSE_EVERY = 16;

    private final List<ContractCheck> checks;
    private final Duration limit;
    private final String suffix;
    private final StreamPair.Maker<S, R> maker;

    PairChecks(List<ContractCheck> checks, Duration limit, String suffix, StreamPair.Maker<S, R> maker) {
        this.checks = checks;
        this.limit = limit;
        this.suffix = suffix;
        this.maker = maker;
    }

    /** The code of a check. The group is cancelled at its end. */
    @FunctionalInterface
    interface Body<S, R> {
        void run(TaskGroup group, S sender, R receiver) throws Exception;
    }

    void add(String name, Body<? super S, ? super R> body) {
        checks.add(ContractCheck.ofTask(name + suffix, limit, () -> {
            StreamPair<S, R> pair = maker.make();
            try {
                TaskGroup.run(group -> {
                    body.run(group, pair.sender(), pair.receiver());
                    group.cancel();
                });
            } finally {
                closeWithoutWaiting(pair);
            }
        }));
    }

    /** The receiver first: what is still on its way to it is of no use. */
    private static void closeWithoutWaiting(StreamPair<?, ?> pair) throws Exception {
        CancelScope scope = CancelScope.create();
        scope.cancel();
        scope.run(() -> {
            pair.receiver().close();
            pair.sender().close();
        });
    }

    /** Waits from time to time, longer and longer, so that calls that are cancelled again and again have an end. */
    static void pause(int round) {
        Expect.that(round < MOST_ROUNDS, "Expected a call that is cancelled at some moment to succeed at others");
        if (round % PAUSE_EVERY == 0) {
            AnyIO.sleep(Duration.ofMillis(1 + round / 2_000));
        }
    }

    /** Runs {@code call} in a task, and cancels it after {@code turns} turns of another one. */
    static CancelScope cancelledAfter(int turns, Block<Exception> call) {
        CancelScope scope = CancelScope.create();
        TaskGroup.run(group -> {
            group.startSoon(() -> {
                for (int i = 0; i < turns; i++) {
                    AnyIO.checkpoint();
                }
                scope.cancel();
            });
            scope.run(call);
            group.cancel();
        });
        return scope;
    }
}
