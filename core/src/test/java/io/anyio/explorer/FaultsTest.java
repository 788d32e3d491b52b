package io.anyio.explorer;

import static io.anyio.explorer.Fault.both;
import static io.anyio.explorer.Fault.constant;
import static io.anyio.explorer.Fault.inverted;
import static io.anyio.explorer.Fault.readOf;
import static io.anyio.explorer.Fault.resultOf;
import static io.anyio.explorer.Fault.withoutCall;
import static io.anyio.explorer.Fault.withoutWrite;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.explorer.Fault.Patch;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * The explorer at work: faults planted into the engine, which it must find; without them {@link ExplorerTest} passes.
 */
@Tag("once")
class FaultsTest {
    private static final int SEEDS = 200;

    private static final List<Fault> FAULTS = List.of(
            engine("a resume wins after an abort", "Suspension", "claim", "cancelled/", constant(1, 4)),
            engine(
                    "a cancellation beats a wait that was satisfied",
                    "Suspension",
                    "abort",
                    "cancelled/",
                    constant(1, 2)),
            engine(
                    "a wait that begins in a cancelled scope is not told",
                    "Suspension",
                    "await",
                    "cancelled/leaving",
                    resultOf("isCancelled", 0)),
            engine(
                    "a wait that was aborted is handed out",
                    "WaitQueue",
                    "claimFirst",
                    "cancelled/",
                    resultOf("claim", 1)),
            engine(
                    "a wait that was aborted stays in its queue",
                    "WaitQueue",
                    "await",
                    "cancelled/",
                    withoutCall("remove")),
            engine("shields are not seen from below", "CancelTree", "cause", "generated/", resultOf("isShielded", 0)),
            engine(
                    "a cancellation does not reach the groups below",
                    "ScopeWalk",
                    "apply",
                    "group/",
                    withoutCall("queue")),
            engine("a mark is not carried down", "ScopeWalk", "visitChild", "group/", withoutCall("visit")),
            engine(
                    "a checkpoint does not see a cancellation",
                    "Task",
                    "checkCancelled",
                    "scope/",
                    resultOf("isCancelled", 0)),
            engine("a deadline that is moved is not armed", "DeadlineTimer", "moved", "deadline/", withoutCall("arm")),
            engine(
                    "a scope leaves its deadline behind",
                    "DeadlineTimer",
                    "disarm",
                    "cancelled/",
                    withoutCall("remove")),
            engine("a lowered shield tells nobody", "CancelScope", "setShield", "scope/", withoutCall("deliver")),
            engine("deadlines come in the wrong order", "TimerHeap$Timer", "before", "deadline/", inverted(2)),
            engine("a failure does not cancel the group", "TaskGroup", "fail", "group/", withoutCall("cancel")),
            engine("the last child does not wake the host", "TaskGroup", "childEnded", "group/", withoutCall("resume")),
            engine(
                    "start() is not told of the child's report",
                    "StartGate",
                    "started",
                    "start/",
                    withoutCall("resume", 1)),
            sync("a lock that is handed over looks free", "Lock", "release", "gates/Lock", resultOf("owner", 0)),
            sync("a semaphore grants a slot twice", "Semaphore", "release", "gates/Semaphore", inverted(2)),
            sync(
                    "a token that is given back is not counted",
                    "CapacityLimiter",
                    "releaseOnBehalfOf",
                    "gates/CapacityLimiter",
                    withoutWrite("borrowed")),
            sync(
                    "a condition goes on without its lock",
                    "Condition",
                    "await",
                    "cancelled/Condition",
                    withoutCall("acquireShielded")),
            stream(
                    "an item goes to a receiver that was cancelled",
                    "MemoryStreamState",
                    "handOver",
                    "stream/",
                    resultOf("claim", 1)),
            engine(
                    "a select that has ended stands in its lines",
                    "Selection",
                    "awaitChoice",
                    "select/",
                    withoutCall("forEach")),
            engine("who is woken counts as blocked", "Quiescence", "lambda$waits$0", "quiet/", resultOf("isParked", 1)),
            engine("an interrupt outlasts its call", "Interruptible", "call", "foreign/", withoutCall("interrupted")),
            engine("who listens is not asked to stop", "StopRequest", "make", "stop/", withoutCall("deliver")),
            engine("the losers of a race go on", "task.Race", "runner", "race/", withoutCall("cancel")),
            engine("a mapping leaves no room", "task.Mapping", "startLimited", "tasks/", withoutCall("acquire")),
            engine("a task that is alone keeps its loop", "LoopCarrier", "yieldTurn", "slice/", resultOf("isOver", 0)),
            engine("a slice is never used up", "TimeSlice", "read", "slice/", withoutWrite("over")),
            engine(
                    "the clock is read on every 16th step, however long they take",
                    "TimeSlice",
                    "step",
                    "slice/",
                    both(constant(1, -15), readOf("hurried", 0))),
            engine("a change of pace is not noticed", "TimeSlice", "hurry", "slice/", withoutWrite("hurried")),
            engine(
                    "tasks keep the loop when their slice is over",
                    "LoopCarrier",
                    "runReady",
                    "slice/",
                    resultOf("isOver", 0)),
            engine(
                    "a look at the clock fires nothing",
                    "TaskLoop",
                    "look",
                    "slice/noCall",
                    withoutCall("fireDeadlines")),
            stream("closing tells nobody who waits", "MemoryStreamState", "close", "stream/", withoutCall("tellAll")));

    private static Fault engine(String what, String type, String method, String scenarios, Patch patch) {
        return new Fault(what, "io.anyio." + type, method, scenarios, patch);
    }

    private static Fault sync(String what, String type, String method, String scenarios, Patch patch) {
        return new Fault(what, "io.anyio.sync." + type, method, scenarios, patch);
    }

    private static Fault stream(String what, String type, String method, String scenarios, Patch patch) {
        return new Fault(what, "io.anyio.stream." + type, method, scenarios, patch);
    }

    @TestFactory
    Stream<DynamicTest> everyFaultIsFound() {
        return FAULTS.stream()
                .map(fault -> DynamicTest.dynamicTest(fault.what(), () -> {
                    String found = new FaultLoader(fault).probe(fault.scenarios(), SEEDS);
                    assertThat(found).as("what the explorer found").isNotNull().contains("replay:", "in order:");
                }));
    }
}
