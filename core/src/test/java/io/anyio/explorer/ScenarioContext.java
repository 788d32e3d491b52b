package io.anyio.explorer;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.GroupProbe;
import io.anyio.TaskGroup;
import io.anyio.TaskHandle;
import io.anyio.TaskOptions;
import io.anyio.internal.EngineProbe;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Condition;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import io.anyio.testing.Simulation;
import io.anyio.testing.SimulationReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One run of one scenario: its random numbers, its trace, and the primitives whose state is checked at the end. The
 * tasks of a simulation take turns, so this class is not safe for threads.
 */
final class ScenarioContext {
    final long seed;
    final int loops;
    private final SplittableRandom dice;
    private final List<String> trace = new ArrayList<>();
    private final Set<Object> tracked = new LinkedHashSet<>();
    private final List<Runnable> atEnd = new ArrayList<>();
    private int begun;
    private int ended;
    private Deadline start = Deadline.PAST; // set by the first task
    private @Nullable AssertionError firstFailure;
    private final boolean slices;
    private Duration mostWithoutIo = Duration.ofDays(1);
    private @Nullable SimulationReport report; // when the run has ended

    ScenarioContext(long seed, int loops) {
        this(seed, loops, false);
    }

    ScenarioContext(long seed, int loops, boolean slices) {
        this.seed = seed;
        this.loops = loops;
        this.slices = slices;
        this.dice = new SplittableRandom(seed * 31 + loops);
    }

    /** Returns the simulation that it runs on. */
    Simulation simulation() {
        return Simulation.DEFAULTS
                .withSeed(seed)
                .withLoops(loops)
                .withSlices(slices)
                .withListener(told -> report = told);
    }

    /** No drain may last longer than this in virtual time. */
    void longestDrain(Duration allowed) {
        mostWithoutIo = allowed;
    }

    /** Called when the run has ended well. */
    void ended() {
        SimulationReport told = report;
        if (told != null && told.longestDrain().compareTo(mostWithoutIo) > 0) {
            throw fail("I/O had to wait " + told.longestDrain() + ", more than " + mostWithoutIo);
        }
    }

    /** Called by the first task. */
    void begin() {
        start = AnyIO.currentTime();
    }

    // ---- dice ----

    int pick(int choices) {
        return dice.nextInt(choices);
    }

    boolean flip() {
        return dice.nextBoolean();
    }

    /** A span of 0 to {@code most} - 1 milliseconds. */
    Duration upTo(int most) {
        return ms(pick(most));
    }

    static Duration ms(long millis) {
        return Duration.ofMillis(millis);
    }

    // ---- tasks ----

    /** Starts a task on any loop, and keeps in the trace how it began and ended. */
    TaskHandle<@Nullable Void> go(TaskGroup group, String name, Block<?> body) {
        track(GroupProbe.childrenOf(group));
        return group.startSoon(options(name), () -> traced(body));
    }

    /** Options for a task on any loop. */
    TaskOptions options(String name) {
        return TaskOptions.DEFAULTS.withName(name).withSpread(loops > 1);
    }

    <X extends Exception> void traced(Block<X> body) throws X {
        begun++;
        note("begins");
        try {
            body.run();
            note("ends");
        } catch (Throwable thrown) {
            note("ends with " + thrown);
            throw thrown;
        } finally {
            ended++;
        }
    }

    /** Lets all tasks run until each waits for something other than this moment. */
    static void settle() {
        CancelScope.shielded(() -> AnyIO.sleep(Duration.ofNanos(1)));
    }

    /** Lets others run a few times. */
    void dawdle(int most) {
        for (int i = pick(most + 1); i > 0; i--) {
            AnyIO.checkpoint();
        }
    }

    /** Lets others run a few times, whatever is cancelled. */
    void dawdleShielded(int most) {
        for (int i = pick(most + 1); i > 0; i--) {
            AnyIO.cancelShieldedCheckpoint();
        }
    }

    /** Milliseconds since the start of the run. */
    long now() {
        return AnyIO.currentTime().since(start).toMillis();
    }

    /** Nanoseconds since the start of the run. */
    long nanos() {
        return nanos(AnyIO.currentTime());
    }

    /** A point in nanoseconds since the start of the run. */
    long nanos(Deadline point) {
        return point.equals(Deadline.NEVER)
                ? Long.MAX_VALUE
                : point.equals(Deadline.PAST)
                        ? Long.MIN_VALUE
                        : point.since(start).toNanos();
    }

    /** The point so many milliseconds after the start of the run. */
    Deadline at(long millis) {
        return start.plus(ms(millis));
    }

    /** Whether a block ends with a cancellation; swallows it. */
    static boolean cancelled(Block<RuntimeException> body) {
        try {
            body.run();
            return false;
        } catch (Cancelled c) {
            return true;
        }
    }

    // ---- primitives that are checked at the end ----

    Lock lock() {
        return look(flip() ? Lock.fast() : Lock.create());
    }

    Lock lock(boolean fast) {
        return look(fast ? Lock.fast() : Lock.create());
    }

    private Lock look(Lock lock) {
        atEnd(() -> expect(
                !lock.isLocked() && lock.statistics().tasksWaiting() == 0,
                "at the end the lock is " + lock.statistics()));
        return track(lock);
    }

    Semaphore semaphore(int slots) {
        return semaphore(slots, flip());
    }

    Semaphore semaphore(int slots, boolean fast) {
        Semaphore semaphore = fast ? Semaphore.fast(slots, slots) : Semaphore.create(slots, slots);
        atEnd(() -> equal(semaphore.value(), slots, "slots at the end"));
        atEnd(() -> equal(semaphore.statistics().tasksWaiting(), 0, "tasks that wait for a slot at the end"));
        return track(semaphore);
    }

    CapacityLimiter limiter(int tokens) {
        var limiter = CapacityLimiter.create(tokens);
        atEnd(() -> {
            var end = limiter.statistics();
            expect(
                    end.borrowedTokens() == 0 && end.borrowers().isEmpty() && end.tasksWaiting() == 0,
                    "at the end the limiter is " + end);
        });
        return track(limiter);
    }

    Condition condition() {
        return condition(Lock.create());
    }

    Condition condition(Lock lock) {
        var condition = Condition.create(lock);
        atEnd(() -> {
            var end = condition.statistics();
            expect(
                    end.tasksWaiting() == 0
                            && !end.lockStatistics().locked()
                            && end.lockStatistics().tasksWaiting() == 0,
                    "at the end the condition is " + end);
        });
        return track(condition);
    }

    Event event() {
        var event = Event.create();
        atEnd(() -> equal(event.statistics().tasksWaiting(), 0, "tasks that wait for an event at the end"));
        return track(event);
    }

    <T> Deferred<T> deferred() {
        return track(Deferred.<T>create());
    }

    <T> MemoryObjectStream<T> stream(int buffer) {
        var stream = MemoryObjectStream.<T>create(buffer);
        atEnd(() -> {
            var end = stream.sender().statistics();
            expect(end.tasksWaitingSend() == 0 && end.tasksWaitingReceive() == 0, "at the end of the stream " + end);
            expect(end.currentBufferUsed() <= buffer, "the buffer is over full: " + end);
        });
        return track(stream);
    }

    /** Checks at the end that no wait is left in a queue of this. */
    <T> T track(T primitive) {
        tracked.add(primitive);
        return primitive;
    }

    void atEnd(Runnable check) {
        atEnd.add(check);
    }

    // ---- oracle ----

    void note(String what) {
        trace.add(EngineProbe.currentName() + ": " + what);
    }

    /** The number of waiters when of so many some were cancelled a moment ago, who count until they have left. */
    void waiting(int found, int least, int most) {
        expect(found >= least && found <= most, "there wait " + found + ", not from " + least + " to " + most);
    }

    /** Fails the scenario, also where the program would swallow what is thrown. */
    void expect(boolean holds, String what) {
        if (!holds) {
            throw fail(what);
        }
    }

    AssertionError fail(String what) {
        note("FAILS: " + what);
        var failure = new AssertionError(what);
        firstFailure = firstFailure == null ? failure : firstFailure;
        return failure;
    }

    void equal(Object actual, Object expected, String what) {
        expect(actual.equals(expected), what + ": " + actual + " instead of " + expected);
    }

    void expectCancelled(String what, Block<RuntimeException> body) {
        expect(cancelled(body), what + " was not cancelled");
    }

    /** Runs the body, which must throw exactly this; gives what it threw. */
    <X extends Throwable> X expectThrown(Class<X> type, Block<?> body) {
        try {
            body.run();
        } catch (Throwable thrown) {
            if (thrown instanceof Cancelled cancelled && type != Cancelled.class) {
                throw cancelled;
            }
            expect(thrown.getClass() == type, "thrown was " + thrown + " instead of " + type.getSimpleName());
            return type.cast(thrown);
        }
        throw fail("nothing was thrown instead of " + type.getSimpleName());
    }

    /** The generic oracle, in the first task when the program has ended. */
    void finish() {
        if (firstFailure != null) {
            throw firstFailure;
        }
        equal(ended, begun, "tasks that have ended, of those that have begun");
        for (String left : EngineProbe.leftovers()) {
            throw fail("there is left " + left);
        }
        atEnd.forEach(Runnable::run);
        for (Object primitive : tracked) {
            String left = QueueLeakCheck.in(primitive);
            expect(left.isEmpty(), primitive + " has kept " + left);
        }
    }

    /** Returns the first failed expectation, or {@code otherwise}. */
    Throwable firstFailureOr(Throwable otherwise) {
        return firstFailure == null ? otherwise : firstFailure;
    }

    List<String> trace() {
        return trace;
    }
}
