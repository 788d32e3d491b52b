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

    private static MapOptions options(World w) {
        return MapOptions.DEFAULTS.withTasks(TaskOptions.DEFAULTS.withSpread(w.loops > 1));
    }

    static void gatheredValuesStandInTheOrderOfTheArguments(World w) {
        int count = w.pick(6);
        List<ValueBlock<Integer, Exception>> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            bodies.add(() -> {
                AnyIO.sleep(w.upTo(5));
                w.dawdle(2);
                return number;
            });
        }
        w.equal(Tasks.gather(bodies), upTo(count), "the values");
    }

    static void aFailureAmongTheGatheredCancelsTheRest(World w) {
        int[] cancelled = {0};
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> Tasks.<Object>gather(
                        () -> {
                            AnyIO.sleep(World.ms(2));
                            throw oops("failed");
                        },
                        () -> countCancelled(cancelled),
                        () -> countCancelled(cancelled)));
        w.equal(GroupScenarios.shape(failures), "[failed]", "what came out");
        w.equal(cancelled[0], 2, "bodies that were cancelled");
        w.equal(w.now(), 2L, "the time");
    }

    private static String countCancelled(int[] cancelled) {
        try {
            AnyIO.sleep(World.ms(5));
            return "in time";
        } catch (Cancelled c) {
            cancelled[0]++;
            throw c;
        }
    }

    static void gatheringIsCancelledFromOutside(World w) {
        int[] cancelled = {0};
        var scope = Timeouts.moveOnAfter(
                World.ms(1), () -> Tasks.gather(() -> countCancelled(cancelled), () -> countCancelled(cancelled)));
        w.expect(scope.cancelledCaught() && cancelled[0] == 2, "cancelled were " + cancelled[0] + " of 2");
    }

    static void mappingTakesNoMoreAtATimeThanItsLimit(World w) {
        int limit = 1 + w.pick(4);
        int count = w.pick(9);
        int[] inside = {0};
        int[] asked = {0};
        int[] ended = {0};
        Iterable<Integer> source = () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                w.expect(asked[0] < ended[0] + limit, "asked for an item while there is no room");
                return asked[0] < count;
            }

            @Override
            public Integer next() {
                return asked[0]++;
            }
        };
        List<Integer> values = Tasks.map(options(w).withLimit(limit), source, item -> {
            inside[0]++;
            w.expect(inside[0] <= limit, inside[0] + " at a time");
            AnyIO.sleep(World.ms(10));
            inside[0]--;
            ended[0]++;
            return item;
        });
        w.equal(values, upTo(count), "the values");
        w.equal(w.now(), 10L * ((count + limit - 1) / limit), "the time, when there is never less than the limit");
    }

    static void mappingWithoutALimitTakesAllAtOnce(World w) {
        int count = w.pick(9);
        List<Integer> values = Tasks.map(options(w), upTo(count), item -> {
            AnyIO.sleep(World.ms(10 - item));
            return item;
        });
        w.equal(values, upTo(count), "the values");
        w.equal(w.now(), count == 0 ? 0L : 10L, "the time");
    }

    static void aFailureWhileMappingEndsIt(World w) {
        int limit = 1 + w.pick(3);
        int failing = w.pick(6);
        List<Integer> begun = new ArrayList<>();
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> Tasks.map(options(w).withLimit(limit), upTo(8), item -> {
                    begun.add(item);
                    AnyIO.sleep(World.ms(2));
                    if (item == failing) {
                        throw oops(item);
                    }
                    AnyIO.sleep(World.ms(2));
                    return item;
                }));
        w.equal(GroupScenarios.shape(failures), "[" + failing + "]", "what came out");
        w.expect(begun.size() <= failing + limit + 1, "begun were " + begun);
    }

    static void mappingPutsUpWithFailuresThatItsFunctionCatches(World w) {
        int limit = 1 + w.pick(2);
        List<Integer> values = Tasks.map(options(w).withLimit(limit), upTo(6), item -> {
            CancelScope scope = Timeouts.moveOnAfter(World.ms(3), () -> AnyIO.sleep(World.ms(item)));
            return scope.cancelledCaught() ? -item : item;
        });
        w.equal(values.subList(0, 3), List.of(0, 1, 2), "the values");
        w.equal(values.subList(4, 6), List.of(-4, -5), "the values of those that timed out");
    }

    static void mappingIsCancelledWhileItWaitsForRoom(World w) {
        int[] cancelled = {0};
        var scope = Timeouts.moveOnAfter(
                World.ms(1), () -> Tasks.map(options(w).withLimit(2), upTo(5), _ -> countCancelled(cancelled)));
        w.expect(scope.cancelledCaught() && cancelled[0] == 2, "cancelled were " + cancelled[0] + " of 2");
    }

    // ---- as they end ----

    static void tasksAreLookedAtInTheOrderInWhichTheyEnd(World w) {
        List<Integer> delays = new ArrayList<>(upTo(5));
        for (int i = 4; i > 0; i--) {
            delays.add(w.pick(i + 1), delays.remove(/* index */ i));
        }
        List<ValueBlock<Integer, Exception>> bodies = new ArrayList<>();
        delays.forEach(delay -> bodies.add(() -> {
            AnyIO.sleep(World.ms(delay));
            return delay;
        }));
        var ends = Tasks.asCompleted(bodies);
        for (int round = 0; round < 2; round++) {
            long begin = w.now();
            List<Integer> seen = new ArrayList<>();
            ends.run(ended -> {
                for (TaskHandle<Integer> task : ended) {
                    w.equal(task.status(), TaskHandle.Status.FINISHED, "the status");
                    w.equal(w.now() - begin, (long) task.returnValue(), "the time");
                    seen.add(task.returnValue());
                }
                w.expectThrown(EndOfStreamException.class, ended::receive);
            });
            w.equal(seen, upTo(5), "the order");
        }
    }

    static void whoLooksLateFindsAllThatHaveEnded(World w) {
        int found = Tasks.asCompleted(() -> 1, () -> 2, () -> 3).call(ended -> {
            World.settle();
            int sum = 0;
            for (TaskHandle<Integer> task : ended) {
                sum += task.returnValue();
            }
            return sum;
        });
        w.equal(found, 6, "the sum");
    }

    static void leavingEarlyCancelsWhatHasNotEnded(World w) {
        int[] cancelled = {0};
        boolean fails = w.flip();
        boolean closes = w.flip();
        try {
            String first = Tasks.<String>asCompleted(
                            () -> countCancelled(cancelled),
                            () -> {
                                AnyIO.sleep(World.ms(1));
                                return "first";
                            },
                            () -> countCancelled(cancelled))
                    .call(ended -> {
                        String value = ended.receive().returnValue();
                        if (closes) {
                            ended.close();
                            w.expectThrown(ClosedResourceException.class, ended::receive);
                        }
                        if (fails) {
                            throw oops(value);
                        }
                        return value;
                    });
            w.expect(!fails && first.equals("first"), "the value is " + first);
        } catch (ExceptionGroup failures) {
            w.equal(GroupScenarios.shape(failures), "[first]", "what came out");
        }
        w.equal(cancelled[0], 2, "bodies that were cancelled");
        w.equal(w.now(), 1L, "the time");
    }

    static void aTaskThatFailsEndsTheLooking(World w) {
        int[] cancelled = {0};
        var failures = w.expectThrown(
                ExceptionGroup.class,
                () -> Tasks.<String>asCompleted(() -> countCancelled(cancelled), () -> {
                            AnyIO.sleep(World.ms(1));
                            throw oops("failed");
                        })
                        .run(ended -> {
                            TaskHandle<String> task = ended.receive();
                            w.equal(task.status(), TaskHandle.Status.FAILED, "the status");
                            ended.receive();
                        }));
        w.equal(GroupScenarios.shape(failures), "[failed]", "what came out");
        w.equal(cancelled[0], 1, "bodies that were cancelled");
    }

    static void behindAShieldAlsoThoseThatFailOrAreCancelledAreSeen(World w) {
        List<TaskHandle.Status> seen = new ArrayList<>();
        w.expectThrown(
                ExceptionGroup.class,
                () -> Tasks.<String>asCompleted(() -> countCancelled(new int[1]), () -> {
                            AnyIO.sleep(World.ms(1));
                            throw oops("failed");
                        })
                        .run(ended -> CancelScope.shielded(() -> {
                            for (TaskHandle<String> task : ended) {
                                seen.add(task.status());
                            }
                        })));
        w.equal(seen, List.of(TaskHandle.Status.FAILED, TaskHandle.Status.CANCELLED), "the ends");
    }
}
