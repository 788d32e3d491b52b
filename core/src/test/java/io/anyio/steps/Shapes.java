package io.anyio.steps;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Deadline;
import io.anyio.StopRequest;
import io.anyio.TaskGroup;
import io.anyio.Timeouts;
import io.anyio.testing.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/** Chains of scopes with all tasks asleep, and how many steps it takes from a first call until all have ended. */
public final class Shapes {
    private static final Duration LATER = Duration.ofSeconds(1);

    private Shapes() {}

    /** The steps for a shape of this name and length. Called by reflection, in the class loader that counts. */
    public static long steps(String shape, int length) throws Exception {
        long[] before = new long[1];
        Simulation.DEFAULTS.run(() -> {
            switch (shape) {
                case "groups" -> groups(length, before, scope -> scope.cancel(), _ -> Shapes::plain);
                case "groups asked to stop" ->
                    groups(length, before, scope -> scope.cancelAfter(LATER), _ -> Shapes::listening);
                case "groups with one deadline" -> {
                    Deadline soon = AnyIO.currentTime().plus(LATER);
                    groups(length, before, _ -> {}, _ -> body -> Timeouts.moveOnAt(soon, body));
                }
                case "groups behind shields that are lowered" -> {
                    List<CancelScope> shields = new ArrayList<>();
                    groups(
                            length,
                            before,
                            scope -> {
                                scope.cancel();
                                shields.reversed().forEach(shield -> shield.setShield(false));
                            },
                            _ -> body -> CancelScope.shielded(scope -> {
                                shields.add(scope);
                                body.run();
                            }));
                }
                case "deadlines of one task" -> {
                    Deadline soon = AnyIO.currentTime().plus(LATER);
                    nested(length, before, soon);
                }
                default -> throw new IllegalArgumentException(shape);
            }
        });
        return Steps.soFar() - before[0];
    }

    private interface Strike {
        void at(CancelScope scope);
    }

    private interface Around {
        void run(Block<Exception> body) throws Exception;
    }

    private static void plain(Block<Exception> body) throws Exception {
        body.run();
    }

    private static void listening(Block<Exception> body) throws Exception {
        StopRequest.moveOn(body);
    }

    private static void groups(int length, long[] before, Strike strike, IntFunction<Around> around) throws Exception {
        TaskGroup.run(top -> {
            top.startSoon(() -> link(length, around));
            AnyIO.sleep(LATER.dividedBy(2)); // all are asleep
            before[0] = Steps.soFar();
            strike.at(top.cancelScope());
        });
    }

    private static void link(int left, IntFunction<Around> around) throws Exception {
        around.apply(left)
                .run(() -> TaskGroup.run(group -> {
                    if (left > 1) {
                        group.startSoon(() -> link(left - 1, around));
                    }
                    AnyIO.sleepForever();
                }));
    }

    private static void nested(int left, long[] before, Deadline deadline) throws Exception {
        if (left == 0) {
            before[0] = Steps.soFar();
            AnyIO.sleepForever();
        }
        Timeouts.moveOnAt(deadline, () -> nested(left - 1, before, deadline));
    }
}
