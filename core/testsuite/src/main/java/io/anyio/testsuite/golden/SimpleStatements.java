package io.anyio.testsuite.golden;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.TaskStatus;
import io.anyio.resource.ResourceGuard;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.MemorySendStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Condition;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Executes the lines of a program that have no body: one call of the library each. */
final class SimpleStatements {
    private final InterpreterState state;
    private final FutureStatements futures;

    SimpleStatements(InterpreterState state) {
        this.state = state;
        this.futures = new FutureStatements(state);
    }

    /** Executes a statement, and returns the text to record for it, or an empty string. */
    String perform(Statement statement, @Nullable TaskStatus<String> status, @Nullable Throwable caught) {
        String value = futures.perform(statement);
        value = value == null ? tasks(statement, status, caught) : value;
        value = value == null ? scopes(statement) : value;
        value = value == null ? primitives(statement) : value;
        value = value == null ? streams(statement) : value;
        if (value == null) {
            throw new AssertionError("no such statement: " + statement);
        }
        return value;
    }

    private @Nullable String tasks(
            Statement statement, @Nullable TaskStatus<String> status, @Nullable Throwable caught) {
        switch (statement.keyword()) {
            case "say", "pass" -> {}
            case "sleep" -> AnyIO.sleep(InterpreterState.seconds(statement.word(1)));
            case "forever" -> AnyIO.sleepForever();
            case "checkpoint" -> AnyIO.checkpoint();
            case "shielded-checkpoint" -> AnyIO.cancelShieldedCheckpoint();
            case "if-cancelled" -> AnyIO.checkpointIfCancelled();
            case "settle" -> settle();
            case "started" -> started(status, statement.length() > 1 ? statement.word(1) : "nothing");
            case "raise" -> raise(statement, caught);
            case "reason" -> {
                return caught instanceof Cancelled c ? c.reason().orElse("none") : "not cancelled";
            }
            case "join" -> {
                return state.handle(statement.word(1)).join();
            }
            case "await" -> state.handle(statement.word(1)).await();
            case "status" -> {
                return state.handle(statement.word(1)).status().name().toLowerCase(Locale.ROOT);
            }
            case "value" -> {
                return state.handle(statement.word(1)).returnValue();
            }
            case "exception" -> {
                return TraceFormat.show(
                        state.handle(statement.word(1)).exception().orElse(null));
            }
            default -> {
                return null;
            }
        }
        return "";
    }

    private static void started(@Nullable TaskStatus<String> status, String value) {
        if (status == null) {
            throw new AssertionError("only a task that was begun with 'start' can say 'started'");
        }
        status.started(value);
    }

    private static void raise(Statement statement, @Nullable Throwable caught) {
        switch (statement.word(1)) {
            case "again" -> {
                if (caught instanceof Error error) {
                    throw error;
                } else if (caught instanceof RuntimeException exception) {
                    throw exception;
                }
                throw new AssertionError("nothing was caught that could be raised again", caught);
            }
            case "fatal" -> throw new TraceFormat.Fatal(statement.word(2));
            default -> throw new TraceFormat.Raised(statement.word(1));
        }
    }

    /** Lets every other task run until it waits, whatever is cancelled. */
    private static void settle() {
        if (AnyIO.currentBackend().equals(Optional.of("simulation"))) {
            CancelScope.shielded(() -> AnyIO.sleep(Duration.ofNanos(1000)));
        } else {
            for (int i = 0; i < 50; i++) {
                AnyIO.cancelShieldedCheckpoint();
            }
        }
    }

    private @Nullable String scopes(Statement statement) {
        switch (statement.keyword()) {
            case "new" -> state.name(statement.word(1), CancelScope.create());
            case "cancel" -> {
                if (state.knowsTask(statement.word(1))) {
                    state.handle(statement.word(1)).cancel();
                } else if (statement.length() > 2) {
                    state.scope(statement.word(1)).cancel(statement.word(2));
                } else {
                    state.scope(statement.word(1)).cancel();
                }
            }
            case "shield" ->
                state.scope(statement.word(1)).setShield(statement.word(2).equals("on"));
            case "deadline" -> state.scope(statement.word(1)).setDeadline(point(statement.word(2)));
            case "point" -> state.name(statement.word(1), point(statement.word(2)));
            case "flags" -> {
                String flags =
                        InterpreterState.flags(state.scope(statement.word(1))).strip();
                return flags.isEmpty() ? "untouched" : flags;
            }
            case "effective" -> {
                return TraceFormat.show(AnyIO.currentEffectiveDeadline());
            }
            case "now" -> {
                return TraceFormat.show(state.sinceBegin());
            }
            default -> {
                return null;
            }
        }
        return "";
    }

    private static Deadline point(String word) {
        return switch (word) {
            case "never" -> Deadline.NEVER;
            case "past" -> Deadline.PAST;
            default -> Deadline.after(InterpreterState.seconds(word));
        };
    }

    private @Nullable String primitives(Statement statement) {
        switch (statement.keyword()) {
            case "event" -> state.name(statement.word(1), Event.create());
            case "lock" -> state.name(statement.word(1), statement.says("fast") ? Lock.fast() : Lock.create());
            case "semaphore" ->
                state.name(statement.word(1), semaphore(statement, Integer.parseInt(statement.word(2))));
            case "limiter" ->
                state.name(statement.word(1), CapacityLimiter.create(Integer.parseInt(statement.word(2))));
            case "condition" ->
                state.name(
                        statement.word(1),
                        statement.says("on")
                                ? Condition.create(state.thing(statement.after("on"), Lock.class))
                                : Condition.create());
            case "guard" -> state.name(statement.word(1), ResourceGuard.create());
            case "wait-until" ->
                state.thing(statement.word(1), Condition.class)
                        .awaitFor(state.thing(statement.word(2), Event.class)::isSet);
            case "set" -> state.thing(statement.word(1), Event.class).set();
            case "is-set" -> {
                return Boolean.toString(
                        state.thing(statement.word(1), Event.class).isSet());
            }
            case "wait" -> {
                if (state.thing(statement.word(1)) instanceof Event event) {
                    event.await();
                } else {
                    state.thing(statement.word(1), Condition.class).await();
                }
            }
            case "acquire" -> acquire(statement);
            case "acquire-now" -> acquireNow(statement);
            case "release" -> release(statement);
            case "notify" -> {
                var condition = state.thing(statement.word(1), Condition.class);
                if (statement.says("all")) {
                    condition.signalAll();
                } else {
                    condition.signal(statement.length() > 2 ? Integer.parseInt(statement.word(2)) : 1);
                }
            }
            case "tokens" ->
                state.thing(statement.word(1), CapacityLimiter.class)
                        .setTotalTokens(Integer.parseInt(statement.word(2)));
            case "statistics" -> {
                return statistics(statement.word(1));
            }
            default -> {
                return null;
            }
        }
        return "";
    }

    private static Semaphore semaphore(Statement statement, int initial) {
        if (statement.says("max")) {
            int max = Integer.parseInt(statement.after("max"));
            return statement.says("fast") ? Semaphore.fast(initial, max) : Semaphore.create(initial, max);
        }
        return statement.says("fast") ? Semaphore.fast(initial) : Semaphore.create(initial);
    }

    void acquire(Statement statement) {
        switch (state.thing(statement.word(1))) {
            case Lock lock -> lock.acquire();
            case Condition condition -> condition.acquire();
            case Semaphore semaphore -> semaphore.acquire();
            case CapacityLimiter limiter
            when statement.says("for") -> limiter.acquireOnBehalfOf(statement.after("for"));
            case CapacityLimiter limiter -> limiter.acquire();
            case ResourceGuard guard -> {
                var _ = guard.enter(); // left by release()
            }
            default -> throw new AssertionError(statement);
        }
    }

    private void acquireNow(Statement statement) {
        switch (state.thing(statement.word(1))) {
            case Lock lock -> lock.acquireNow();
            case Condition condition -> condition.acquireNow();
            case Semaphore semaphore -> semaphore.acquireNow();
            case CapacityLimiter limiter
            when statement.says("for") -> limiter.acquireOnBehalfOfNow(statement.after("for"));
            case CapacityLimiter limiter -> limiter.acquireNow();
            default -> throw new AssertionError(statement);
        }
    }

    void release(Statement statement) {
        switch (state.thing(statement.word(1))) {
            case Lock lock -> lock.release();
            case Condition condition -> condition.release();
            case Semaphore semaphore -> semaphore.release();
            case CapacityLimiter limiter
            when statement.says("for") -> limiter.releaseOnBehalfOf(statement.after("for"));
            case CapacityLimiter limiter -> limiter.release();
            case ResourceGuard guard -> guard.close();
            default -> throw new AssertionError(statement);
        }
    }

    private String statistics(String name) {
        if (!state.knows(name)) {
            return TraceFormat.show(sender(name).statistics());
        }
        return switch (state.thing(name)) {
            case Event event -> event.statistics().tasksWaiting() + " waiting";
            case Lock lock -> TraceFormat.show(lock.statistics(), state);
            case Condition condition -> TraceFormat.show(condition.statistics(), state);
            case Semaphore semaphore ->
                "value " + semaphore.value() + ", " + semaphore.statistics().tasksWaiting() + " waiting";
            case CapacityLimiter limiter -> TraceFormat.show(limiter.statistics());
            default -> throw new AssertionError(name);
        };
    }

    // ---- memory object streams: each end is named after its stream or copy ----

    private @Nullable String streams(Statement statement) {
        switch (statement.keyword()) {
            case "stream" -> {
                MemoryObjectStream<String> stream = statement.says("unbounded")
                        ? MemoryObjectStream.unlimited()
                        : MemoryObjectStream.create(Integer.parseInt(statement.word(2)));
                state.name(statement.word(1) + ".send", stream.sender());
                state.name(statement.word(1) + ".receive", stream.receiver());
            }
            case "send" -> sender(statement.word(1)).send(statement.word(2));
            case "send-now" -> sender(statement.word(1)).sendNow(statement.word(2));
            case "receive" -> {
                return receiver(statement.word(1)).receive();
            }
            case "receive-now" -> {
                return receiver(statement.word(1)).receiveNow();
            }
            case "clone" -> {
                if (statement.word(1).equals("sender")) {
                    state.name(
                            statement.after("as") + ".send",
                            sender(statement.word(2)).copy());
                } else {
                    state.name(
                            statement.after("as") + ".receive",
                            receiver(statement.word(2)).copy());
                }
            }
            case "close" -> {
                if (statement.word(1).equals("sender")) {
                    sender(statement.word(2)).close();
                } else {
                    receiver(statement.word(2)).close();
                }
            }
            default -> {
                return null;
            }
        }
        return "";
    }

    /** Returns an iterator over what a receiving end receives. */
    Iterator<String> items(String name) {
        return receiver(name).iterator();
    }

    @SuppressWarnings("unchecked")
    private MemorySendStream<String> sender(String name) {
        return state.thing(name + ".send", MemorySendStream.class);
    }

    @SuppressWarnings("unchecked")
    private MemoryReceiveStream<String> receiver(String name) {
        return state.thing(name + ".receive", MemoryReceiveStream.class);
    }
}
