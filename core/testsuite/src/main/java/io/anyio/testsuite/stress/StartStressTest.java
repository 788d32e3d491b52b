package io.anyio.testsuite.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.ContextPropagation;
import io.anyio.ContextVar;
import io.anyio.EventLoopToken;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.ValueBlock;
import io.anyio.spi.ContextPropagator;
import io.anyio.sync.Event;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.ForeignLoops;
import io.anyio.thread.BlockingPortal;
import io.anyio.thread.ToThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Stress tests of tasks that many threads start at the same time: each sees the values of its own starter only. */
class StartStressTest extends Stress {
    private static final int STARTERS = 8;
    private static final int LOOPS = 4;
    private static final int STARTS_PER_STEP = 20;
    private static final int STARTS_OF_A_NEW_RUNTIME = 5;
    private static final long PATIENCE_SECONDS = 300;

    private static final ThreadLocal<@Nullable String> FOREIGN = new ThreadLocal<>();
    private static final ThreadLocal<Integer> ASKED = ThreadLocal.withInitial(() -> 0);
    private static final ThreadLocal<@Nullable String> INHERITED = new InheritableThreadLocal<>();
    private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();
    private static final ContextVar<String> VARIABLE = ContextVar.create("variable", "unset");

    /** Wraps only when there is a value to propagate, as a bridge would. */
    private static final class Propagator implements ContextPropagator {
        @Override
        public <T extends @Nullable Object> Callable<T> wrap(Callable<T> code) {
            ASKED.set(ASKED.get() + 1);
            String carried = FOREIGN.get();
            if (carried == null) {
                return code;
            }
            return () -> {
                FOREIGN.set(carried);
                try {
                    return code.call();
                } finally {
                    FOREIGN.remove();
                }
            };
        }
    }

    /** The values that a task or a thread sees. */
    private record Sight(@Nullable String foreign, @Nullable String inherited, String scoped, String variable) {
        static Sight here(boolean inTask) {
            return new Sight(
                    FOREIGN.get(), INHERITED.get(), SCOPED.orElse("unbound"), inTask ? VARIABLE.get() : "unset");
        }
    }

    /**
     * One start.
     *
     * @param asked how often the propagator was called meanwhile, on the starting thread
     */
    private record Start(Sight expected, CompletableFuture<Sight> seen, int asked) {}

    /** One way to start a task. */
    interface Way {
        void start(Block<RuntimeException> body);
    }

    private final ContextPropagator propagator = new Propagator();

    @BeforeEach
    void register() {
        ContextPropagation.register(propagator);
    }

    @AfterEach
    void unregister() {
        ContextPropagation.unregister(propagator);
    }

    @Override
    Stream<Property> properties() {
        return Stream.of(
                property("in an attached runtime, by threads", this::inARuntimeByThreads),
                property("in a runtime that has just been attached", this::inANewRuntime),
                property("in an attached runtime, by tasks of other runs", this::inARuntimeByTasks),
                property("in a group, by threads that are no tasks", this::inAGroupByThreads),
                property("in a group, by tasks of all its loops", this::inAGroupByTasks),
                property("with a token, by threads that are no tasks", this::withAToken),
                property("through a portal, by threads that are no tasks", this::throughAPortal),
                property("with start(), by tasks of all loops", this::withStart),
                property("on workers, by tasks of all loops", this::onWorkers));
    }

    private static Property property(String way, Trial trial) {
        return new Property("started " + way + ", a task sees what its starter has", trial);
    }

    // ---- the ways ----

    private void inARuntimeByThreads(int steps) throws Exception {
        withForeignLoops(loops -> {
            try (var run = loops.attach()) {
                checked(byThreads(steps * STARTS_PER_STEP, run::start));
            }
        });
    }

    private void inANewRuntime(int steps) throws Exception {
        withForeignLoops(loops -> {
            for (int i = 0; i < steps; i++) {
                try (var run = loops.attach()) {
                    checked(byThreads(STARTS_OF_A_NEW_RUNTIME, run::start));
                }
            }
        });
    }

    private void inARuntimeByTasks(int steps) throws Exception {
        withForeignLoops(loops -> {
            try (var run = loops.attach()) {
                checked(together(starter -> AnyIO.run(
                        () -> starts(starter, true, steps * STARTS_PER_STEP, run::start),
                        BackendUnderTest.get().options())));
            }
        });
    }

    private void inAGroupByThreads(int steps) throws Exception {
        besideARun(() -> TaskGroup.call(group -> byStrangers(
                steps * STARTS_PER_STEP, body -> group.startSoon(TaskOptions.DEFAULTS.withSpread(true), body))));
    }

    private void withAToken(int steps) throws Exception {
        besideARun(() -> {
            EventLoopToken token = AnyIO.currentToken();
            return byStrangers(steps * STARTS_PER_STEP, body -> {
                var _ = token.start(TaskOptions.DEFAULTS, ValueBlock.of(body));
            });
        });
    }

    private void throughAPortal(int steps) throws Exception {
        besideARun(() -> {
            List<Start> starts = new ArrayList<>();
            BlockingPortal.run(portal -> starts.addAll(byStrangers(steps * STARTS_PER_STEP, body -> {
                var _ = portal.startSoon(body);
            })));
            return starts;
        });
    }

    private static void besideARun(ValueBlock<List<Start>, ?> main) throws Exception {
        List<Start> starts = new ArrayList<>();
        AnyIO.run(
                () -> {
                    starts.addAll(main.call());
                },
                BackendUnderTest.get().withLoops(LOOPS));
        checked(starts);
    }

    private void inAGroupByTasks(int steps) throws Exception {
        checked(byTasks(steps * STARTS_PER_STEP, group -> body -> {
            group.startSoon(TaskOptions.DEFAULTS.withSpread(true), body);
        }));
    }

    private void withStart(int steps) throws Exception {
        checked(byTasks(
                steps,
                group -> body -> group.<@Nullable Void>start(TaskOptions.DEFAULTS.withSpread(true), status -> {
                    body.run();
                    status.started(null);
                })));
    }

    private void onWorkers(int steps) throws Exception {
        List<Start> starts = byTasks(
                steps,
                _ -> body -> ToThread.<@Nullable Void, RuntimeException>run(() -> {
                    body.run();
                    return null;
                }));
        for (Start start : starts) {
            assertThat(start.seen().get(PATIENCE_SECONDS, TimeUnit.SECONDS).foreign())
                    .isEqualTo(start.expected().foreign());
            assertThat(start.seen().join().inherited()).isNull(); // the threads are shared
            assertThat(start.asked()).isEqualTo(1);
        }
    }

    // ---- the starters ----

    private interface Starter {
        List<Start> run(int number) throws Exception;
    }

    private static List<Start> byThreads(int times, Way way) {
        return together(starter -> starts(starter, false, times, way));
    }

    /** By threads, for whose end the current task waits. */
    private static List<Start> byStrangers(int times, Way way) {
        var over = Event.create();
        var strangers = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return byThreads(times, way);
                    } finally {
                        over.set();
                    }
                },
                code -> Thread.ofPlatform().daemon().start(code));
        over.await();
        return strangers.join();
    }

    private static List<Start> byTasks(int times, Function<TaskGroup, Way> way) {
        List<List<Start>> all = IntStream.range(0, STARTERS)
                .<List<Start>>mapToObj(_ -> new ArrayList<>())
                .toList();
        AnyIO.run(
                () -> TaskGroup.run(group -> {
                    for (int i = 0; i < STARTERS; i++) {
                        int number = i;
                        group.startSoon(TaskOptions.DEFAULTS.withLoop(i % LOOPS), () -> {
                            all.get(number).addAll(starts(number, true, times, way.apply(group)));
                        });
                    }
                }),
                BackendUnderTest.get().withLoops(LOOPS));
        return all.stream().flatMap(List::stream).toList();
    }

    /** Starts {@code times} tasks with the values of this starter; every other starter has none. */
    private static List<Start> starts(int starter, boolean task, int times, Way way) {
        List<Start> starts = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            if (starter % 2 == 0) {
                starts.add(start(task, way));
            } else {
                String mine = starter + "/" + i;
                FOREIGN.set(mine);
                INHERITED.set(mine);
                if (task) {
                    VARIABLE.set(mine);
                }
                starts.add(ScopedValue.where(SCOPED, mine).call(() -> start(task, way)));
                FOREIGN.remove();
                INHERITED.remove();
            }
            if (task && i % 50 == 0) {
                AnyIO.checkpoint();
            }
        }
        return starts;
    }

    private static Start start(boolean task, Way way) {
        boolean scoped = "loop".equals(System.getProperty("anyio.test.carrier"));
        Sight mine = Sight.here(task);
        Sight expected = scoped ? mine : new Sight(mine.foreign(), mine.inherited(), "unbound", mine.variable());
        var seen = new CompletableFuture<Sight>();
        int asked = ASKED.get();
        way.start(() -> seen.complete(Sight.here(AnyIO.currentBackend().isPresent())));
        return new Start(expected, seen, ASKED.get() - asked);
    }

    private static void checked(List<Start> starts) throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Start start : starts) {
            Sight seen = start.seen().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (!seen.equals(start.expected())) {
                wrong.add("expected " + start.expected() + ", saw " + seen);
            }
        }
        assertThat(wrong.size()).as("%s", wrong.stream().limit(3).toList()).isZero();
        assertThat(starts).allMatch(start -> start.asked() == 1, "the propagator was asked once");
    }

    /** Runs all starters at the same time, each on a thread of its own. */
    private static List<Start> together(Starter starter) {
        var barrier = new CyclicBarrier(STARTERS);
        List<CompletableFuture<List<Start>>> running = IntStream.range(0, STARTERS)
                .mapToObj(number -> {
                    var starts = new CompletableFuture<List<Start>>();
                    Thread.ofPlatform().daemon().name("starter " + number).start(() -> {
                        try {
                            barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                            starts.complete(starter.run(number));
                        } catch (Throwable failure) {
                            starts.completeExceptionally(failure);
                        }
                    });
                    return starts;
                })
                .toList();
        return running.stream()
                .flatMap(starts -> starts.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join().stream())
                .toList();
    }

    private interface OnLoops {
        void run(ForeignLoops loops) throws Exception;
    }

    private static void withForeignLoops(OnLoops code) throws Exception {
        Optional<ForeignLoops> made = BackendUnderTest.get().foreignLoops(LOOPS);
        assumeTrue(made.isPresent(), "this backend has no loops of others to attach to");
        try (ForeignLoops loops = made.get()) {
            code.run(loops);
        }
    }
}
