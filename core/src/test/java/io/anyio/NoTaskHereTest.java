package io.anyio;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.lowlevel.RunVar;
import io.anyio.select.Select;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.sync.CapacityLimiter;
import io.anyio.sync.Condition;
import io.anyio.sync.Deferred;
import io.anyio.sync.Event;
import io.anyio.sync.Lock;
import io.anyio.sync.Semaphore;
import io.anyio.task.Tasks;
import io.anyio.testing.Simulation;
import io.anyio.thread.ToThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A call that only a task may make says, when it is made elsewhere, what could not be done. */
class NoTaskHereTest {
    private static final ContextVar<String> VARIABLE = ContextVar.create("variable");
    private static final Duration SECOND = Duration.ofSeconds(1);

    static Stream<Arguments> calls() {
        var limiter = CapacityLimiter.create(1);
        var condition = Condition.create();
        var deferred = Deferred.<String>create();
        var done = Deferred.<String>create();
        done.complete("");
        var event = Event.create();
        var up = Event.create();
        up.set();
        var items = MemoryObjectStream.<String>create(1);
        return Stream.of(
                call("pass a checkpoint", AnyIO::checkpoint),
                call("pass a checkpoint", AnyIO::checkpointIfCancelled),
                call("pass a checkpoint", AnyIO::cancelShieldedCheckpoint),
                call("sleep", () -> AnyIO.sleep(SECOND)),
                call("sleep", () -> AnyIO.sleepUntil(Deadline.PAST)),
                call("sleep", AnyIO::sleepForever),
                call("ask for the time", AnyIO::currentTime),
                call("make a deadline", () -> Deadline.after(SECOND)),
                call("wait for all tasks to be blocked", AnyIO::awaitAllTasksBlocked),
                call("acquire a lock", () -> Lock.create().acquire()),
                call("acquire a lock", () -> Lock.create().acquireNow()),
                call("acquire a slot of a semaphore", () -> Semaphore.create(1).acquire()),
                call("acquire a token of a limiter", limiter::acquire),
                call("acquire a token of a limiter", limiter::acquireNow),
                call("acquire a token of a limiter", () -> limiter.acquireOnBehalfOf("me")),
                call("wait for a condition", condition::await),
                call("wait for a condition", () -> condition.awaitFor(() -> true)),
                call("wait for a deferred", deferred::await),
                call("wait for a deferred", done::join),
                call("wait for an event", event::await),
                call("wait for an event", up::await),
                call("receive an item", () -> items.receiver().receive()),
                call("send an item", () -> items.sender().send("")),
                call("select", () -> Select.first(event.onSet())),
                call("select", () -> Select.fair(List.of(event.onSet()))),
                call("open a task group", () -> TaskGroup.run(_ -> {})),
                call("gather", () -> Tasks.gather(() -> 1, () -> 2)),
                call("gather", () -> Tasks.gather(() -> {}, () -> {})),
                call("map items", () -> Tasks.map(List.of(1), item -> item)),
                call("do something for each item", () -> Tasks.forEach(List.of(1), _ -> {})),
                call("race", () -> Tasks.race(() -> 1, () -> 2)),
                call(
                        "look at tasks as they end",
                        () -> Tasks.asCompleted(() -> 1).run(_ -> {})),
                call("enter a cancel scope", () -> CancelScope.create().run(() -> {})),
                call("enter a cancel scope", () -> Timeouts.failAfter(SECOND, () -> {})),
                call("enter a cancel scope", () -> Timeouts.failAt(Deadline.NEVER, () -> {})),
                call("enter a cancel scope", () -> Timeouts.moveOnAfter(SECOND, () -> {})),
                call("enter a cancel scope", () -> Timeouts.moveOnAt(Deadline.NEVER, () -> {})),
                call("wait for a request to stop", StopRequest::await),
                call("ask whether to stop", StopRequest::isPending),
                call("make an interruptible call", () -> Interruptible.run(() -> {})),
                call("read a run variable", () -> RunVar.create("variable").get()),
                call("reset a context variable", () -> VARIABLE.reset(token())),
                call(
                        "set a context variable",
                        () -> ContextVar.create("variable").set("")),
                call("run code on a worker thread", () -> ToThread.run(() -> 1)));
    }

    private static ContextVar.Token<String> token() {
        var token = new AtomicReference<ContextVar.Token<String>>();
        Simulation.DEFAULTS.run(() -> token.set(VARIABLE.set("")));
        return token.get();
    }

    private static Arguments call(String verb, ThrowingCallable code) {
        return Arguments.of(verb, code);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("calls")
    void theErrorNamesTheCall(String verb, ThrowingCallable code) {
        assertThatThrownBy(code)
                .isInstanceOf(NoEventLoopException.class)
                .hasMessageStartingWith("Cannot " + verb + " here");
    }
}
