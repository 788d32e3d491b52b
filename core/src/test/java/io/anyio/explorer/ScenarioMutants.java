package io.anyio.explorer;

import static io.anyio.explorer.mutation.Mutations.branch;
import static io.anyio.explorer.mutation.Mutations.call;
import static io.anyio.explorer.mutation.Mutations.constant;
import static io.anyio.explorer.mutation.Mutations.get;
import static io.anyio.explorer.mutation.Mutations.intConstant;
import static io.anyio.explorer.mutation.Mutations.inverted;
import static io.anyio.explorer.mutation.Mutations.nothing;
import static io.anyio.explorer.mutation.Mutations.put;
import static io.anyio.explorer.mutation.Mutations.result;

import io.anyio.explorer.mutation.Mutant;
import java.util.List;

/** Mistakes in the logic of the engine, each with the scenarios that must find it. */
final class ScenarioMutants {
    private ScenarioMutants() {}

    static List<Mutant> all() {
        return List.of(
                Mutant.called("a resume wins after an abort")
                        .foundBy("cancelled/")
                        .at("internal.Wait", "claim", intConstant(), 1, constant(4)),
                Mutant.called("a cancellation beats a wait that was satisfied")
                        .foundBy("cancelled/")
                        .at("internal.Wait", "abort", intConstant(), 1, constant(2)),
                Mutant.called("a wait that begins in a cancelled scope is not told")
                        .foundBy("cancelled/leaving")
                        .everywhere("internal.Wait", "await", call("isCancelled"), result(0)),
                Mutant.called("a wait that was aborted is handed out")
                        .foundBy("cancelled/")
                        .everywhere("internal.WaitList", "claimFirst", call("claim"), result(1)),
                Mutant.called("a wait that was aborted stays in its queue")
                        .foundBy("cancelled/")
                        .everywhere("internal.WaitList", "await", call("remove"), nothing()),
                Mutant.called("shields are not seen from below")
                        .foundBy("generated/")
                        .everywhere("internal.CancelTree", "cause", call("isShielded"), result(0)),
                Mutant.called("a cancellation does not reach the groups below")
                        .foundBy("group/")
                        .everywhere("internal.ScopeWalk", "apply", call("queue"), nothing()),
                Mutant.called("a mark is not carried down")
                        .foundBy("group/")
                        .everywhere("internal.ScopeWalk", "visitChild", call("visit"), nothing()),
                Mutant.called("a checkpoint does not see a cancellation")
                        .foundBy("scope/")
                        .everywhere("internal.Task", "checkCancelled", call("isCancelled"), result(0)),
                Mutant.called("a deadline that is moved is not armed")
                        .foundBy("deadline/")
                        .everywhere("internal.DeadlineTimer", "moved", call("arm"), nothing()),
                Mutant.called("a scope leaves its deadline behind")
                        .foundBy("cancelled/")
                        .everywhere("internal.DeadlineTimer", "disarm", call("remove"), nothing()),
                Mutant.called("a lowered shield wakes no task")
                        .foundBy("scope/")
                        .everywhere("internal.ScopeNode", "setShield", call("deliver"), nothing()),
                Mutant.called("deadlines come in the wrong order")
                        .foundBy("deadline/")
                        .at("internal.TimerHeap$Timer", "before", branch(), 2, inverted()),
                Mutant.called("a failure does not cancel the group")
                        .foundBy("group/")
                        .everywhere("internal.ChildGroup", "fail", call("cancel"), nothing()),
                Mutant.called("the last child does not wake the host")
                        .foundBy("group/")
                        .everywhere("internal.ChildGroup", "resumeHost", call("resume"), nothing()),
                Mutant.called("start() is not told of the child's report")
                        .foundBy("start/")
                        .everywhere("StartGate", "started", call("resume"), constant(1)),
                Mutant.called("a lock that is handed over looks free")
                        .foundBy("gates/Lock")
                        .everywhere("sync.Lock", "release", call("owner"), result(0)),
                Mutant.called("a semaphore grants a slot twice")
                        .foundBy("gates/Semaphore")
                        .at("sync.Semaphore", "release", branch(), 2, inverted()),
                Mutant.called("a token that is given back is not counted")
                        .foundBy("gates/CapacityLimiter")
                        .everywhere("sync.CapacityLimiter", "releaseOnBehalfOf", put("borrowed"), nothing()),
                Mutant.called("a condition goes on without its lock")
                        .foundBy("cancelled/Condition")
                        .everywhere("sync.Condition", "await", call("acquireShielded"), nothing()),
                Mutant.called("an item goes to a receiver that was cancelled")
                        .foundBy("stream/")
                        .everywhere("stream.MemoryStreamState", "handOver", call("claim"), result(1)),
                Mutant.called("a select that has ended stands in its lines")
                        .foundBy("select/")
                        .everywhere("select.Selection", "awaitChoice", call("forEach"), nothing()),
                Mutant.called("who is woken counts as blocked")
                        .foundBy("quiet/")
                        .everywhere("internal.Quiescence", "lambda$waits$0", call("isParked"), result(1)),
                Mutant.called("an interrupt outlasts its call")
                        .foundBy("foreign/")
                        .everywhere("Interruptible", "call", call("interrupted"), nothing()),
                Mutant.called("who listens is not asked to stop")
                        .foundBy("stop/")
                        .everywhere("StopRequest", "make", call("deliver"), nothing()),
                Mutant.called("the losers of a race go on")
                        .foundBy("race/")
                        .everywhere("task.Race", "runner", call("cancel"), nothing()),
                Mutant.called("a mapping leaves no room")
                        .foundBy("tasks/")
                        .everywhere("task.Mapping", "startLimited", call("acquire"), nothing()),
                Mutant.called("a task that is alone keeps its loop")
                        .foundBy("slice/")
                        .everywhere("internal.LoopCarrier", "yieldTurn", call("isOver"), result(0)),
                Mutant.called("a slice is never used up")
                        .foundBy("slice/")
                        .everywhere("internal.TimeSlice", "read", put("over"), nothing()),
                Mutant.called("the clock is read on every 16th step, however long they take")
                        .foundBy("slice/")
                        .at("internal.TimeSlice", "step", intConstant(), 1, constant(-15))
                        .everywhere("internal.TimeSlice", "step", get("hurried"), constant(0)),
                Mutant.called("a change of pace is not noticed")
                        .foundBy("slice/")
                        .everywhere("internal.TimeSlice", "hurry", put("hurried"), nothing()),
                Mutant.called("tasks keep the loop when their slice is over")
                        .foundBy("slice/")
                        .everywhere("internal.LoopCarrier", "runReady", call("isOver"), result(0)),
                Mutant.called("a look at the clock fires nothing")
                        .foundBy("slice/noCall")
                        .everywhere("internal.TaskLoop", "look", call("fireDeadlines"), nothing()),
                Mutant.called("closing wakes no waiter")
                        .foundBy("stream/")
                        .everywhere("stream.MemoryStreamState", "close", call("tellAll"), nothing()),
                Mutant.called("a scope that was cancelled by hand hides late scopes around it")
                        .foundBy("deadline/scopesThatShareADeadline")
                        .everywhere("internal.DeadlineTimer", "lateAround", call("byDeadline"), constant(1)),
                Mutant.called("a busy task does not look at the deadlines of other loops")
                        .foundBy("deadline/aBusyTask")
                        .everywhere("internal.TaskLoop", "look", call("hasSeveralLoops"), constant(0)),
                Mutant.called("of cancelled scopes the inner one catches")
                        .foundBy("scope/ofCancelledScopes")
                        .everywhere("internal.CancelTree", "endsAt", call("isCancelled"), constant(0)),
                Mutant.called("a task that is itself asked to stop does not listen any more")
                        .foundBy("stop/aScopeThatListens")
                        .everywhere("StopRequest", "make", get("listening"), constant(0)),
                Mutant.called("a select that was served elsewhere counts as waiting for an item")
                        .foundBy("statistics/ofSelects")
                        .everywhere("stream.MemoryStreamState$Line", "size", call("isWaiting"), result(1)),
                Mutant.called("who was cancelled while it waited for all to be blocked stays counted")
                        .foundBy("quiet/whoIsCancelled")
                        .at("internal.Quiescence", "awaitIn", put("waiting"), 2, nothing()));
    }
}
