package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.Stage.check;

import io.anyio.AnyIO;
import io.anyio.ExceptionGroup;
import io.anyio.TaskGroup;
import io.anyio.sync.Event;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** One loop without a policy: who became ready first runs first. */
final class OrderPrograms {
    private OrderPrograms() {}

    static void tasksRunInTheOrderInWhichTheyAreStarted(Stage stage) {
        List<String> order = new ArrayList<>();
        stage.run(1, () -> {
            TaskGroup.run(group -> {
                for (String name : List.of("a", "b", "c")) {
                    group.startSoon(stage.on(0, name), () -> {
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

    static void tasksRunInTheOrderInWhichTheyAreWoken(Stage stage) {
        List<String> order = new ArrayList<>();
        stage.run(1, () -> {
            TaskGroup.run(group -> {
                List<Event> events = threeWait(stage, group, number -> order.add("woken" + number));
                events.get(2).set();
                group.startSoon(stage.on(0, "new"), () -> {
                    order.add("new");
                });
                events.get(0).set();
                events.get(1).set();
            });
            check(order.equals(List.of("woken2", "new", "woken0", "woken1")), "the order is " + order);
        });
    }

    static void whatAThreadHasWokenFirstRunsFirst(Stage stage) {
        List<Integer> order = new ArrayList<>();
        stage.run(1, () -> {
            TaskGroup.run(group -> {
                List<Event> events = threeWait(stage, group, order::add);
                stage.thread(
                        "setter",
                        () -> List.of(2, 0, 1)
                                .forEach(number -> events.get(number).set()));
            });
            check(order.equals(List.of(2, 0, 1)), "the order is " + order);
        });
    }

    static void whoAThreadHasWokenRunsBeforeWhoATaskWakesThen(Stage stage) {
        List<Integer> order = new ArrayList<>();
        stage.run(1, () -> {
            TaskGroup.run(group -> {
                List<Event> events = threeWait(stage, group, order::add);
                boolean[] set = new boolean[1];
                stage.thread("setter", () -> {
                    events.get(1).set();
                    set[0] = true;
                });
                stage.until(() -> set[0]);
                events.get(0).set();
                events.get(2).set();
            });
            check(order.equals(List.of(1, 0, 2)), "the order is " + order);
        });
    }

    /** Three tasks wait, each for one of the events, and tell when they go on. */
    private static List<Event> threeWait(Stage stage, TaskGroup group, IntConsumer told) {
        List<Event> events = List.of(Event.create(), Event.create(), Event.create());
        for (int i = 0; i < 3; i++) {
            int number = i;
            group.startSoon(stage.on(0, "task " + i), () -> {
                events.get(number).await();
                told.accept(number);
            });
        }
        AnyIO.awaitAllTasksBlocked();
        return events;
    }

    static void whoWasWokenByAFailingTaskGoesOnBeforeTheOthersAreCancelled(Stage stage) {
        boolean[] wentOn = new boolean[1];
        stage.run(1, () -> {
            var event = Event.create();
            try {
                TaskGroup.run(group -> {
                    group.startSoon(stage.on(0, "woken"), () -> {
                        event.await();
                        AnyIO.checkpointIfCancelled();
                        wentOn[0] = true;
                    });
                    group.startSoon(stage.on(0, "failing"), () -> {
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
