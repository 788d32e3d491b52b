package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.AnyIO;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** One loop without a policy: tasks run in the order in which they became ready. */
final class OrderPrograms {
    private OrderPrograms() {}

    static void tasksRunInTheOrderInWhichTheyAreStarted(ProgramContext ctx) {
        List<String> order = new ArrayList<>();
        ctx.run(1, () -> {
            TaskGroup.run(group -> {
                for (String name : List.of("a", "b", "c")) {
                    group.startSoon(ctx.on(0, name), () -> {
                        for (int i = 0; i < 2; i++) {
                            order.add(name + i);
                            AnyIO.checkpoint();
                        }
                    });
                }
                order.add("host");
            });
            check(order.equals(List.of("host", "a0", "b0", "c0", "a1", "b1", "c1")), "the order is " + order);
        });
    }

    static void tasksRunInTheOrderInWhichTheyAreWoken(ProgramContext ctx) {
        List<String> order = new ArrayList<>();
        ctx.run(1, () -> {
            TaskGroup.run(group -> {
                List<Event> events = threeWait(ctx, group, number -> order.add("woken" + number));
                events.get(2).set();
                group.startSoon(ctx.on(0, "new"), () -> {
                    order.add("new");
                });
                events.get(0).set();
                events.get(1).set();
            });
            check(order.equals(List.of("woken2", "new", "woken0", "woken1")), "the order is " + order);
        });
    }

    static void whatAThreadHasWokenFirstRunsFirst(ProgramContext ctx) {
        List<Integer> order = new ArrayList<>();
        ctx.run(1, () -> {
            TaskGroup.run(group -> {
                List<Event> events = threeWait(ctx, group, order::add);
                ctx.thread(
                        "setter",
                        () -> List.of(2, 0, 1)
                                .forEach(number -> events.get(number).set()));
            });
            check(order.equals(List.of(2, 0, 1)), "the order is " + order);
        });
    }

    static void whoAThreadHasWokenRunsBeforeWhoATaskWakesThen(ProgramContext ctx) {
        List<Integer> order = new ArrayList<>();
        ctx.run(1, () -> {
            TaskGroup.run(group -> {
                List<Event> events = threeWait(ctx, group, order::add);
                boolean[] set = new boolean[1];
                ctx.thread("setter", () -> {
                    events.get(1).set();
                    set[0] = true;
                });
                ctx.until(() -> set[0]);
                events.get(0).set();
                events.get(2).set();
            });
            check(order.equals(List.of(1, 0, 2)), "the order is " + order);
        });
    }

    /** Three tasks wait, each for one of the events, and report when they continue. */
    private static List<Event> threeWait(ProgramContext ctx, TaskGroup group, IntConsumer told) {
        List<Event> events = List.of(Event.create(), Event.create(), Event.create());
        for (int i = 0; i < 3; i++) {
            int number = i;
            group.startSoon(ctx.on(0, "task " + i), () -> {
                events.get(number).await();
                told.accept(number);
            });
        }
        AnyIO.awaitAllTasksBlocked();
        return events;
    }

    static void whoWasWokenByAFailingTaskGoesOnBeforeTheOthersAreCancelled(ProgramContext ctx) {
        boolean[] wentOn = new boolean[1];
        ctx.run(1, () -> {
            var event = Event.create();
            try {
                TaskGroup.run(group -> {
                    group.startSoon(ctx.on(0, "woken"), () -> {
                        event.await();
                        AnyIO.checkpointIfCancelled();
                        wentOn[0] = true;
                    });
                    group.startSoon(ctx.on(0, "failing"), () -> {
                        AnyIO.checkpoint();
                        event.set();
                        throw new IllegalArgumentException("no");
                    });
                });
            } catch (ExceptionGroup failures) {
                check(wentOn[0], "who was woken before the failure goes on before it is told");
            }
        });
    }
}
