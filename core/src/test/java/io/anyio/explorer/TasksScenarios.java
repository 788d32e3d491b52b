package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.ExceptionGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.Timeouts;
import io.anyio.ValueBlock;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.task.MapOptions;
import io.anyio.task.Tasks;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** Several things at once: gathering, mapping, and looking at what has ended. */
final class TasksScenarios {
    private TasksScenarios() {}

    private static IllegalArgumentException oops(Object what) {
        return new IllegalArgumentException(String.valueOf(what));
    }

    private static List<Integer> upTo(int end) {
        return IntStream.range(0, end).boxed().toList();
    }

    private static MapOptions options(ScenarioContext ctx) {
        return MapOptions.DEFAULTS.withTasks(TaskOptions.DEFAULTS.withSpread(ctx.loops > 1));
    }

    static void gatheredValuesStandInTheOrderOfTheArguments(ScenarioContext ctx) {
        int count = ctx.pick(6);
        List<ValueBlock<Integer, Exception>> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            bodies.add(() -> {
                AnyIO.sleep(ctx.upTo(5));
                ctx.dawdle(2);
                return number;
            });
        }
        ctx.equal(Tasks.gather(bodies), upTo(count), "the values");
    }

    static void aFailureAmongTheGatheredCancelsTheRest(ScenarioContext ctx) {
        int[] cancelled = {0};
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> Tasks.<Object>gather(
                        () -> {
                            AnyIO.sleep(ScenarioContext.ms(2));
                            throw oops("failed");
                        },
                        () -> countCancelled(cancelled),
                        () -> countCancelled(cancelled)));
        ctx.equal(GroupScenarios.shape(failures), "[failed]", "what came out");
        ctx.equal(cancelled[0], 2, "bodies that were cancelled");
        ctx.equal(ctx.now(), 2L, "the time");
    }

    private static String countCancelled(int[] cancelled) {
        try {
            AnyIO.sleep(ScenarioContext.ms(5));
            return "in time";
        } catch (Cancelled c) {
            cancelled[0]++;
            throw c;
        }
    }

    static void gatheringIsCancelledFromOutside(ScenarioContext ctx) {
        int[] cancelled = {0};
        var scope = Timeouts.moveOnAfter(
                ScenarioContext.ms(1),
                () -> Tasks.gather(() -> countCancelled(cancelled), () -> countCancelled(cancelled)));
        ctx.expect(scope.cancelledCaught() && cancelled[0] == 2, "cancelled were " + cancelled[0] + " of 2");
    }

    static void mappingTakesNoMoreAtATimeThanItsLimit(ScenarioContext ctx) {
        int limit = 1 + ctx.pick(4);
        int count = ctx.pick(9);
        int[] inside = {0};
        int[] asked = {0};
        int[] ended = {0};
        Iterable<Integer> source = () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                ctx.expect(asked[0] < ended[0] + limit, "asked for an item while there is no room");
                return asked[0] < count;
            }

            @Override
            public Integer next() {
                return asked[0]++;
            }
        };
        List<Integer> values = Tasks.map(options(ctx).withLimit(limit), source, item -> {
            inside[0]++;
            ctx.expect(inside[0] <= limit, inside[0] + " at a time");
            AnyIO.sleep(ScenarioContext.ms(10));
            inside[0]--;
            ended[0]++;
            return item;
        });
        ctx.equal(values, upTo(count), "the values");
        ctx.equal(ctx.now(), 10L * ((count + limit - 1) / limit), "the time, when there is never less than the limit");
    }

    static void mappingWithoutALimitTakesAllAtOnce(ScenarioContext ctx) {
        int count = ctx.pick(9);
        List<Integer> values = Tasks.map(options(ctx), upTo(count), item -> {
            AnyIO.sleep(ScenarioContext.ms(10 - item));
            return item;
        });
        ctx.equal(values, upTo(count), "the values");
        ctx.equal(ctx.now(), count == 0 ? 0L : 10L, "the time");
    }

    static void aFailureWhileMappingEndsIt(ScenarioContext ctx) {
        int limit = 1 + ctx.pick(3);
        int failing = ctx.pick(6);
        List<Integer> begun = new ArrayList<>();
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> Tasks.map(options(ctx).withLimit(limit), upTo(8), item -> {
                    begun.add(item);
                    AnyIO.sleep(ScenarioContext.ms(2));
                    if (item == failing) {
                        throw oops(item);
                    }
                    AnyIO.sleep(ScenarioContext.ms(2));
                    return item;
                }));
        ctx.equal(GroupScenarios.shape(failures), "[" + failing + "]", "what came out");
        ctx.expect(begun.size() <= failing + limit + 1, "begun were " + begun);
    }

    static void mappingPutsUpWithFailuresThatItsFunctionCatches(ScenarioContext ctx) {
        int limit = 1 + ctx.pick(2);
        List<Integer> values = Tasks.map(options(ctx).withLimit(limit), upTo(6), item -> {
            CancelScope scope =
                    Timeouts.moveOnAfter(ScenarioContext.ms(3), () -> AnyIO.sleep(ScenarioContext.ms(item)));
            return scope.cancelledCaught() ? -item : item;
        });
        ctx.equal(values.subList(0, 3), List.of(0, 1, 2), "the values");
        ctx.equal(values.subList(4, 6), List.of(-4, -5), "the values of those that timed out");
    }

    static void mappingIsCancelledWhileItWaitsForRoom(ScenarioContext ctx) {
        int[] cancelled = {0};
        var scope = Timeouts.moveOnAfter(
                ScenarioContext.ms(1),
                () -> Tasks.map(options(ctx).withLimit(2), upTo(5), _ -> countCancelled(cancelled)));
        ctx.expect(scope.cancelledCaught() && cancelled[0] == 2, "cancelled were " + cancelled[0] + " of 2");
    }

    // ---- as they end ----

    static void tasksAreLookedAtInTheOrderInWhichTheyEnd(ScenarioContext ctx) {
        List<Integer> delays = new ArrayList<>(upTo(5));
        for (int i = 4; i > 0; i--) {
            delays.add(ctx.pick(i + 1), delays.remove(/* index */ i));
        }
        List<ValueBlock<Integer, Exception>> bodies = new ArrayList<>();
        delays.forEach(delay -> bodies.add(() -> {
            AnyIO.sleep(ScenarioContext.ms(delay));
            return delay;
        }));
        var ends = Tasks.asCompleted(bodies);
        for (int round = 0; round < 2; round++) {
            long begin = ctx.now();
            List<Integer> seen = new ArrayList<>();
            ends.run(ended -> {
                for (TaskHandle<Integer> task : ended) {
                    ctx.equal(task.status(), TaskHandle.Status.FINISHED, "the status");
                    ctx.equal(ctx.now() - begin, (long) task.returnValue(), "the time");
                    seen.add(task.returnValue());
                }
                ctx.expectThrown(EndOfStreamException.class, ended::receive);
            });
            ctx.equal(seen, upTo(5), "the order");
        }
    }

    static void whoLooksLateFindsAllThatHaveEnded(ScenarioContext ctx) {
        int found = Tasks.asCompleted(() -> 1, () -> 2, () -> 3).call(ended -> {
            ScenarioContext.settle();
            int sum = 0;
            for (TaskHandle<Integer> task : ended) {
                sum += task.returnValue();
            }
            return sum;
        });
        ctx.equal(found, 6, "the sum");
    }

    static void leavingEarlyCancelsWhatHasNotEnded(ScenarioContext ctx) {
        int[] cancelled = {0};
        boolean fails = ctx.flip();
        boolean closes = ctx.flip();
        try {
            String first = Tasks.<String>asCompleted(
                            () -> countCancelled(cancelled),
                            () -> {
                                AnyIO.sleep(ScenarioContext.ms(1));
                                return "first";
                            },
                            () -> countCancelled(cancelled))
                    .call(ended -> {
                        String value = ended.receive().returnValue();
                        if (closes) {
                            ended.close();
                            ctx.expectThrown(ClosedResourceException.class, ended::receive);
                        }
                        if (fails) {
                            throw oops(value);
                        }
                        return value;
                    });
            ctx.expect(!fails && first.equals("first"), "the value is " + first);
        } catch (ExceptionGroup failures) {
            ctx.equal(GroupScenarios.shape(failures), "[first]", "what came out");
        }
        ctx.equal(cancelled[0], 2, "bodies that were cancelled");
        ctx.equal(ctx.now(), 1L, "the time");
    }

    static void aTaskThatFailsEndsTheLooking(ScenarioContext ctx) {
        int[] cancelled = {0};
        var failures = ctx.expectThrown(
                ExceptionGroup.class,
                () -> Tasks.<String>asCompleted(() -> countCancelled(cancelled), () -> {
                            AnyIO.sleep(ScenarioContext.ms(1));
                            throw oops("failed");
                        })
                        .run(ended -> {
                            TaskHandle<String> task = ended.receive();
                            ctx.equal(task.status(), TaskHandle.Status.FAILED, "the status");
                            ended.receive();
                        }));
        ctx.equal(GroupScenarios.shape(failures), "[failed]", "what came out");
        ctx.equal(cancelled[0], 1, "bodies that were cancelled");
    }

    static void behindAShieldAlsoThoseThatFailOrAreCancelledAreSeen(ScenarioContext ctx) {
        List<TaskHandle.Status> seen = new ArrayList<>();
        ctx.expectThrown(
                ExceptionGroup.class,
                () -> Tasks.<String>asCompleted(() -> countCancelled(new int[1]), () -> {
                            AnyIO.sleep(ScenarioContext.ms(1));
                            throw oops("failed");
                        })
                        .run(ended -> CancelScope.shielded(() -> {
                            for (TaskHandle<String> task : ended) {
                                seen.add(task.status());
                            }
                        })));
        ctx.equal(seen, List.of(TaskHandle.Status.FAILED, TaskHandle.Status.CANCELLED), "the ends");
    }
}
