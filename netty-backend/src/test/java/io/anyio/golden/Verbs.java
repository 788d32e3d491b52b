package io.anyio.golden;

import io.anyio.AnyIO;
import io.anyio.CancelScope;
import io.anyio.Cancelled;
import io.anyio.Deadline;
import io.anyio.TaskStatus;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.stream.MemoryReceiveStream;
import io.anyio.stream.MemorySendStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Condition;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Executes the lines of a program that have no body: one call of the library each. */
final class Verbs {
    private final Stage stage;

    Verbs(Stage stage) {
        this.stage = stage;
    }

    /** Executes a line, and returns the text to record for it, or an empty string. */
    String perform(Line line, @Nullable TaskStatus<String> status, @Nullable Throwable caught) {
        String value = tasks(line, status, caught);
        value = value == null ? scopes(line) : value;
        value = value == null ? primitives(line) : value;
        value = value == null ? streams(line) : value;
        if (value == null) {
            throw new AssertionError("no such line: " + line);
        }
        return value;
    }

    private @Nullable String tasks(Line line, @Nullable TaskStatus<String> status, @Nullable Throwable caught) {
        switch (line.verb()) {
            case "say", "pass" -> {}
            case "sleep" -> AnyIO.sleep(Stage.seconds(line.word(1)));
            case "forever" -> AnyIO.sleepForever();
            case "checkpoint" -> AnyIO.checkpoint();
            case "shielded-checkpoint" -> AnyIO.cancelShieldedCheckpoint();
            case "if-cancelled" -> AnyIO.checkpointIfCancelled();
            case "settle" -> settle();
            case "started" -> started(status, line.length() > 1 ? line.word(1) : "nothing");
            case "raise" -> raise(line, caught);
            case "reason" -> {
                return caught instanceof Cancelled c ? c.reason().orElse("none") : "not cancelled";
            }
            case "join" -> {
                return stage.handle(line.word(1)).join();
            }
            case "await" -> stage.handle(line.word(1)).await();
            case "status" -> {
                return stage.handle(line.word(1)).status().name().toLowerCase(Locale.ROOT);
            }
            case "value" -> {
                return stage.handle(line.word(1)).returnValue();
            }
            case "exception" -> {
                return Words.show(stage.handle(line.word(1)).exception().orElse(null));
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

    private static void raise(Line line, @Nullable Throwable caught) {
        switch (line.word(1)) {
            case "again" -> {
                if (caught instanceof Error error) {
                    throw error;
                } else if (caught instanceof RuntimeException exception) {
                    throw exception;
                }
                throw new AssertionError("nothing was caught that could be raised again", caught);
            }
            case "fatal" -> throw new Words.Fatal(line.word(2));
            default -> throw new Words.Raised(line.word(1));
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

    private @Nullable String scopes(Line line) {
        switch (line.verb()) {
            case "new" -> stage.name(line.word(1), CancelScope.create());
            case "cancel" -> {
                if (stage.knowsTask(line.word(1))) {
                    stage.handle(line.word(1)).cancel();
                } else if (line.length() > 2) {
                    stage.scope(line.word(1)).cancel(line.word(2));
                } else {
                    stage.scope(line.word(1)).cancel();
                }
            }
            case "shield" -> stage.scope(line.word(1)).setShield(line.word(2).equals("on"));
            case "deadline" -> stage.scope(line.word(1)).setDeadline(point(line.word(2)));
            case "flags" -> {
                String flags = Stage.flags(stage.scope(line.word(1))).strip();
                return flags.isEmpty() ? "untouched" : flags;
            }
            case "effective" -> {
                return Words.show(AnyIO.currentEffectiveDeadline());
            }
            case "now" -> {
                return Words.show(stage.sinceBegin());
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
            default -> Deadline.after(Stage.seconds(word));
        };
    }

    private @Nullable String primitives(Line line) {
        switch (line.verb()) {
            case "event" -> stage.name(line.word(1), Event.create());
            case "lock" -> stage.name(line.word(1), line.says("fast") ? Lock.fast() : Lock.create());
            case "semaphore" -> stage.name(line.word(1), semaphore(line, Integer.parseInt(line.word(2))));
            case "limiter" -> stage.name(line.word(1), CapacityLimiter.create(Integer.parseInt(line.word(2))));
            case "condition" ->
                stage.name(
                        line.word(1),
                        line.says("on")
                                ? Condition.create(stage.thing(line.after("on"), Lock.class))
                                : Condition.create());
            case "set" -> stage.thing(line.word(1), Event.class).set();
            case "is-set" -> {
                return Boolean.toString(stage.thing(line.word(1), Event.class).isSet());
            }
            case "wait" -> {
                if (stage.thing(line.word(1)) instanceof Event event) {
                    event.await();
                } else {
                    stage.thing(line.word(1), Condition.class).await();
                }
            }
            case "acquire" -> acquire(line);
            case "acquire-now" -> acquireNow(line);
            case "release" -> release(line);
            case "notify" -> {
                var condition = stage.thing(line.word(1), Condition.class);
                if (line.says("all")) {
                    condition.signalAll();
                } else {
                    condition.signal(line.length() > 2 ? Integer.parseInt(line.word(2)) : 1);
                }
            }
            case "tokens" ->
                stage.thing(line.word(1), CapacityLimiter.class).setTotalTokens(Integer.parseInt(line.word(2)));
            case "statistics" -> {
                return statistics(line.word(1));
            }
            default -> {
                return null;
            }
        }
        return "";
    }

    private static Semaphore semaphore(Line line, int initial) {
        if (line.says("max")) {
            int max = Integer.parseInt(line.after("max"));
            return line.says("fast") ? Semaphore.fast(initial, max) : Semaphore.create(initial, max);
        }
        return line.says("fast") ? Semaphore.fast(initial) : Semaphore.create(initial);
    }

    void acquire(Line line) {
        switch (stage.thing(line.word(1))) {
            case Lock lock -> lock.acquire();
            case Condition condition -> condition.acquire();
            case Semaphore semaphore -> semaphore.acquire();
            case CapacityLimiter limiter when line.says("for") -> limiter.acquireOnBehalfOf(line.after("for"));
            case CapacityLimiter limiter -> limiter.acquire();
            default -> throw new AssertionError(line);
        }
    }

    private void acquireNow(Line line) {
        switch (stage.thing(line.word(1))) {
            case Lock lock -> lock.acquireNow();
            case Condition condition -> condition.acquireNow();
            case Semaphore semaphore -> semaphore.acquireNow();
            case CapacityLimiter limiter when line.says("for") -> limiter.acquireOnBehalfOfNow(line.after("for"));
            case CapacityLimiter limiter -> limiter.acquireNow();
            default -> throw new AssertionError(line);
        }
    }

    void release(Line line) {
        switch (stage.thing(line.word(1))) {
            case Lock lock -> lock.release();
            case Condition condition -> condition.release();
            case Semaphore semaphore -> semaphore.release();
            case CapacityLimiter limiter when line.says("for") -> limiter.releaseOnBehalfOf(line.after("for"));
            case CapacityLimiter limiter -> limiter.release();
            default -> throw new AssertionError(line);
        }
    }

    private String statistics(String name) {
        if (!stage.knows(name)) {
            return Words.show(sender(name).statistics());
        }
        return switch (stage.thing(name)) {
            case Event event -> event.statistics().tasksWaiting() + " waiting";
            case Lock lock -> Words.show(lock.statistics(), stage);
            case Condition condition -> Words.show(condition.statistics(), stage);
            case Semaphore semaphore ->
                "value " + semaphore.value() + ", " + semaphore.statistics().tasksWaiting() + " waiting";
            case CapacityLimiter limiter -> Words.show(limiter.statistics());
            default -> throw new AssertionError(name);
        };
    }

    // ---- memory object streams: each end is named after its stream or copy ----

    private @Nullable String streams(Line line) {
        switch (line.verb()) {
            case "stream" -> {
                MemoryObjectStream<String> stream = line.says("unbounded")
                        ? MemoryObjectStream.unlimited()
                        : MemoryObjectStream.create(Integer.parseInt(line.word(2)));
                stage.name(line.word(1) + ".send", stream.sender());
                stage.name(line.word(1) + ".receive", stream.receiver());
            }
            case "send" -> sender(line.word(1)).send(line.word(2));
            case "send-now" -> sender(line.word(1)).sendNow(line.word(2));
            case "receive" -> {
                return receiver(line.word(1)).receive();
            }
            case "receive-now" -> {
                return receiver(line.word(1)).receiveNow();
            }
            case "clone" -> {
                if (line.word(1).equals("sender")) {
                    stage.name(line.after("as") + ".send", sender(line.word(2)).copy());
                } else {
                    stage.name(
                            line.after("as") + ".receive",
                            receiver(line.word(2)).copy());
                }
            }
            case "close" -> {
                if (line.word(1).equals("sender")) {
                    sender(line.word(2)).close();
                } else {
                    receiver(line.word(2)).close();
                }
            }
            default -> {
                return null;
            }
        }
        return "";
    }

    @SuppressWarnings("unchecked")
    private MemorySendStream<String> sender(String name) {
        return stage.thing(name + ".send", MemorySendStream.class);
    }

    @SuppressWarnings("unchecked")
    private MemoryReceiveStream<String> receiver(String name) {
        return stage.thing(name + ".receive", MemoryReceiveStream.class);
    }
}
