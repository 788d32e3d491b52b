package io.anyio.explorer.interleave;

import static io.anyio.explorer.mutation.Mutations.call;
import static io.anyio.explorer.mutation.Mutations.constant;
import static io.anyio.explorer.mutation.Mutations.first;
import static io.anyio.explorer.mutation.Mutations.get;
import static io.anyio.explorer.mutation.Mutations.nothing;
import static io.anyio.explorer.mutation.Mutations.put;
import static io.anyio.explorer.mutation.Mutations.result;
import static io.anyio.explorer.mutation.Mutations.setTrue;
import static io.anyio.explorer.mutation.Mutations.then;
import static io.anyio.explorer.mutation.Mutations.type;

import io.anyio.explorer.mutation.Mutant;
import io.anyio.spi.Carrier;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.List;
import java.util.stream.Stream;

/** Mistakes of the kind that are made in concurrent code, each with the program that must find it. */
final class InterleavingMutants {
    private static final int RESUMED = 2; // as in Wait
    private static final int KEPT = 20; // a local variable that no method of the engine uses
    private static final String WAITER = "stream.MemoryStreamState$Waiter";

    private static final ClassDesc CAS = NonAtomicCas.class.describeConstable().orElseThrow();

    private InterleavingMutants() {}

    static List<Mutant> all() {
        return Stream.of(
                        lostWakeUps(),
                        lateLooks(),
                        reports(),
                        ends(),
                        loops(),
                        sections(),
                        streams(),
                        scopesAndGroups(),
                        workers(),
                        callsFromOutside(),
                        fences())
                .flatMap(List::stream)
                .toList();
    }

    /** Lost wake-ups, between a check and a wait. */
    private static List<Mutant> lostWakeUps() {
        return List.of(
                Mutant.called("Event.await does not look again in the queue's section")
                        .foundBy("EventPrograms.setReachesEveryWaiter")
                        .at("sync.Event", "await", get("set"), 2, nothing()),
                Mutant.called("Deferred.await does not look again")
                        .foundBy("DeferredPrograms.outcomeReachesEveryWaiter")
                        .at("sync.Deferred", "await", get("outcome"), 2, nothing()),
                Mutant.called("a group's host does not look again after it has said that it waits")
                        .foundBy("GroupPrograms.lastChildAgainstHost")
                        .at("internal.ChildGroup", "awaitChildren", call("isEmpty"), 2, nothing()),
                Mutant.called("TaskHandle.announce looks for waiters before it sets the end")
                        .foundBy("GroupPrograms.endIsAnnounced")
                        .at("TaskHandle", "announce", put("ended"), 1, nothing())
                        .at("TaskHandle", "announce", get("waiters"), 1, then(setTrue(0, "TaskHandle", "ended"))),
                Mutant.called("Wait.await looks at its scopes before it can be seen")
                        .foundBy("ScopePrograms.cancelAgainstWait")
                        .at("internal.Wait", "await", call("setWaiting", 1), 1, nothing())
                        .at(
                                "internal.Wait",
                                "await",
                                call("isCancelled"),
                                1,
                                then(InterleavingMutants::publishTheWait)),
                Mutant.called("Condition.await lets the lock go before it stands in line")
                        .foundBy("LockPrograms.signalAllReachesAll")
                        .at("sync.Condition", "await", call("enter"), 1, first(InterleavingMutants::letTheLockGo))
                        .at("sync.Condition", "await", call("release"), 1, nothing()));
    }

    /** What is looked at once, before another thread changes it. */
    private static List<Mutant> lateLooks() {
        return List.of(
                Mutant.called("a writer does not look again at what was written")
                        .foundBy("SendPrograms.flushEndsWhenAllIsWritten")
                        .at("lowlevel.SendQueue", "awaitWritten", get("written"), 2, constant(0)),
                Mutant.called("a closed connection wakes no writer")
                        .foundBy("SendPrograms.endReachesAWriterThatWaits")
                        .at("lowlevel.SendQueue", "close", call("wake"), 1, nothing()),
                Mutant.called("a single waiter does not look again")
                        .foundBy("SuspensionPrograms.eventReachesASingleWaiter")
                        .at("lowlevel.SingleWaiter", "await", call("getAsBoolean"), 1, constant(0)),
                Mutant.called("who adds an action does not look whether the task has ended")
                        .foundBy("GroupPrograms.actionAtTheEndRunsOnce")
                        .at("TaskHandle", "whenEnded", get("ended"), 1, constant(0)),
                Mutant.called("a value of the run that came second is not closed")
                        .foundBy("QuietPrograms.valueThatTheRunMakesIsOneForAllTasksAndIsClosed")
                        .at("lowlevel.RunVar", "made", call("accept"), 1, nothing()),
                Mutant.called("a token that was given back can be given back again")
                        .foundBy("SemaphorePrograms.tokenIsGivenBackOnceByTwoThreads")
                        .at("sync.CapacityLimiter", "releaseOnBehalfOf", put("over"), 1, nothing()),
                Mutant.called("a deadline that is set while its scope is left stays armed")
                        .foundBy("ScopePrograms.deadlineThatIsSetWhileItsScopeIsLeftDoesNotStay")
                        .at("internal.DeadlineTimer", "moved", call("disarm"), 1, nothing()),
                Mutant.called("a scope that has expired does not look at those around it")
                        .foundBy("ScopePrograms.scopesOfTwoLoopsThatShareADeadlineExpireTogether")
                        .at("internal.ScopeNode", "leave", call("expireTogether"), 1, nothing()),
                Mutant.called("a wait is aborted before it is known why")
                        .foundBy("SuspensionPrograms.cancelledWaitNamesTheReason")
                        .at("internal.Wait", "abort/1", put("why"), 1, nothing())
                        .at(
                                "internal.Wait",
                                "abort/1",
                                call("compareAndSet"),
                                1,
                                then(InterleavingMutants::nameTheCause)),
                Mutant.called("a stage seems complete before its value is there")
                        .foundBy("StagePrograms.valueIsThereWhenTheStageSeemsComplete")
                        .at("StageWait", "accept", put("value"), 1, nothing())
                        .at("StageWait", "accept", call("resume"), 1, first(InterleavingMutants::keepStageValue)));
    }

    /** Reports of a selector that no task learns of. */
    private static List<Mutant> reports() {
        return List.of(
                Mutant.called("a report that finds the last one unused does not look again")
                        .foundBy("ReadinessPrograms.noReportIsLost")
                        .at("jdk.Readiness", "report", get("ready"), 2, constant(1)),
                Mutant.called("a task tries, and then forgets what was reported meanwhile")
                        .foundBy("ReadinessPrograms.noReportIsLost")
                        .at("jdk.Readiness", "await", get("ready"), 1, constant(0)),
                Mutant.called("a task that waits does not ask to be told")
                        .foundBy("ReadinessPrograms.noReportIsLost")
                        .at("jdk.Readiness", "await", get("watched"), 1, constant(1)));
    }

    /** A wait ends twice, or not at all. */
    private static List<Mutant> ends() {
        return List.of(
                Mutant.called("Wait.claim looks and then writes")
                        .foundBy("SuspensionPrograms.oneOfTwoResumers")
                        .at("internal.Wait", "claim", call("compareAndSet"), 1, InterleavingMutants::nonAtomicCas),
                Mutant.called("Wait.await does not look at its scopes once it can be seen")
                        .foundBy("ScopePrograms.cancelAgainstWait")
                        .at("internal.Wait", "await", call("isCancelled"), 1, constant(0)),
                Mutant.called("Wait.await aborts what was resumed meanwhile")
                        .foundBy("StreamPrograms.itemIsNotLostOnACancelledReceiver")
                        .at("internal.Wait", "await", call("compareAndSet"), 2, InterleavingMutants::nonAtomicCas),
                Mutant.called("an interruptible call does not wait for an interrupt that is under way")
                        .foundBy("InterruptiblePrograms.interruptDoesNotOutlastTheCall")
                        .at("internal.Wait", "endCall", get("state"), 1, constant(RESUMED)),
                Mutant.called("a run that ends does not close its outermost group first")
                        .foundBy("ThreadPrograms.startWithATokenAgainstTheEndOfTheRun")
                        .at("internal.ChildGroup", "end", call("close"), 1, nothing()),
                Mutant.called("a task does not look whether its call has ended before it waits again")
                        .foundBy("ThreadPrograms.aTaskLeavesACallOrSeesItsEnd")
                        .at("lowlevel.ThreadCall", "awaitShielded", call("get"), 1, constant(0)));
    }

    /** Tokens and queues of loops. */
    private static List<Mutant> loops() {
        return List.of(
                Mutant.called("the portable carrier does not look again after it has given the turn back")
                        .foundBy("LoopPrograms.wokenTasksTakeTurns")
                        .at("internal.PortableCarrier", "passOn", call("hasReady"), 1, nothing()),
                Mutant.called("the portable carrier's token is taken by a look and a write")
                        .foundBy("LoopPrograms.wokenTasksTakeTurns")
                        .at(
                                "internal.PortableCarrier",
                                "tryStartDrain",
                                call("compareAndSet"),
                                1,
                                InterleavingMutants::nonAtomicCas),
                Mutant.called("a drain looks at the inbox before it says that another must be posted")
                        .foundBy("LoopPrograms.wokenTasksTakeTurns")
                        .on(Carrier.LOOP)
                        .at("internal.LoopCarrier", "runAndGoOn", call("unpost"), 1, nothing())
                        .at(
                                "internal.LoopCarrier",
                                "runAndGoOn",
                                call("hasReady"),
                                1,
                                then(InterleavingMutants::unpost)),
                Mutant.called("ReadyQueue.push looks and then writes")
                        .foundBy("LoopPrograms.wokenTasksTakeTurns")
                        .at("internal.ReadyQueue", "push", call("compareAndSet"), 1, InterleavingMutants::nonAtomicCas),
                Mutant.called("a loop puts its own tasks before those that came from outside earlier")
                        .foundBy("OrderPrograms.whoAThreadHasWokenRunsBeforeWhoATaskWakesThen")
                        .on(Carrier.LOOP)
                        .at("internal.ReadyQueue", "pushLocal", get("inbox"), 1, nothing()),
                Mutant.called("all tasks are blocked when one look has found them so, one after the other")
                        .foundBy("QuietPrograms.whoIsWokenBehindTheWalkIsNotTakenToWait")
                        .at("internal.Quiescence", "look", call("equals"), 1, constant(1)),
                Mutant.called("the fallback thread clears what was posted without having seen it")
                        .foundBy("LoopPrograms.loopThatEndsIsReplaced")
                        .on(Carrier.LOOP)
                        .at("internal.FallbackLoop", "run", get("posted"), 1, then(InterleavingMutants::clearPosted)));
    }

    /** Critical sections that are missing, or split in two. */
    private static List<Mutant> sections() {
        return List.of(
                Mutant.called("SpinLock admits every thread")
                        .foundBy("LockPrograms.oneAtATimeWithAFastLock")
                        .at("internal.SpinLock", "lock", call("compareAndSet"), 1, constant(1)),
                Mutant.called("Semaphore looks and takes in two sections")
                        .foundBy("SemaphorePrograms.threadsTakeWhatIsLeft")
                        .at("sync.Semaphore", "takeFree", get("value"), 1, then(InterleavingMutants::anotherSection)),
                Mutant.called("Lock.release names the next owner in another section")
                        .foundBy("LockPrograms.oneAtATimeWithAFastLock")
                        .at("sync.Lock", "release", call("claimFirst"), 1, then(InterleavingMutants::anotherSection)),
                Mutant.called("Lock.release leaves the lock free for a moment")
                        .foundBy("LockPrograms.newcomerDoesNotOvertakeWhoWaits")
                        .at("sync.Lock", "release", call("claimFirst"), 1, first(InterleavingMutants::freeForAMoment)),
                Mutant.called("CapacityLimiter lets newcomers overtake who waits")
                        .foundBy("SemaphorePrograms.newTokenGoesToWhoWaits")
                        .at("sync.CapacityLimiter", "takeFree", call("isIdle"), 1, constant(1)));
    }

    /** Memory object streams. */
    private static List<Mutant> streams() {
        return List.of(
                Mutant.called("a receiver is marked as served after the claim")
                        .foundBy("StreamPrograms.rendezvousInOrder")
                        .at("stream.MemoryStreamState", "handOver", put("served"), 1, nothing())
                        .at(
                                "stream.MemoryStreamState",
                                "handOver",
                                call("claim"),
                                1,
                                then(setTrue(2, WAITER, "served"))),
                Mutant.called("a sender is marked as served after the claim")
                        .foundBy("StreamPrograms.rendezvousInOrder")
                        .at("stream.MemoryStreamState", "takeFromSender", put("served"), 1, nothing())
                        .at(
                                "stream.MemoryStreamState",
                                "takeFromSender",
                                call("claim"),
                                1,
                                then(setTrue(1, WAITER, "served"))),
                Mutant.called("an item is handed to a receiver that was cancelled")
                        .foundBy("StreamPrograms.itemIsNotLostOnACancelledReceiver")
                        .at(
                                "stream.MemoryStreamState",
                                "handOver",
                                call("claim"),
                                1,
                                then(code -> code.pop().iconst_1())));
    }

    private static List<Mutant> scopesAndGroups() {
        return List.of(
                Mutant.called("a deadline that was moved meanwhile is not armed again")
                        .foundBy("ScopePrograms.deadlineThatStandsFires")
                        .at(
                                "internal.DeadlineTimer",
                                "arm",
                                call("deadline"),
                                2,
                                (code, _) -> code.pop().lload(4)),
                Mutant.called("a shield is lowered after the delivery")
                        .foundBy("ScopePrograms.shieldDroppedWhileCancelling")
                        .at(
                                "internal.ScopeNode",
                                "setShield/1",
                                put("shield"),
                                1,
                                (code, raise) -> code.iload(1)
                                        .ifThenElse(raised -> raised.with(raise), lowered -> lowered.pop2()))
                        .at(
                                "internal.ScopeNode",
                                "setShield/1",
                                call("deliver"),
                                1,
                                then(InterleavingMutants::setShield)),
                Mutant.called("who raises a shield does not look below it")
                        .foundBy("ScopePrograms.shieldRaisedWhileCancelling")
                        .at("internal.CancelTree", "shieldRaised", call("fromShield"), 1, nothing()),
                Mutant.called("the host of a group that has taken tasks early relies on the delivery from around")
                        .foundBy("AttachedPrograms.closeReachesTasksThatBeganFirst")
                        .at("internal.ChildGroup", "passOn", get("early"), 1, constant(0)),
                Mutant.called("a scope is entered by a look and a write")
                        .foundBy("ScopePrograms.enteredByOneOfTwoLoops")
                        .at(
                                "internal.ScopeNode",
                                "takenBy",
                                call("compareAndSet"),
                                1,
                                InterleavingMutants::nonAtomicCas),
                Mutant.called("a task that enters a scope looks for a request before it is seen to be inside")
                        .foundBy("StopPrograms.requestReachesWhoEnters")
                        .at(
                                "internal.ScopeNode",
                                "enter",
                                call("takenBy"),
                                1,
                                first(InterleavingMutants::keepAttachment))
                        .at(
                                "internal.ScopeNode",
                                "enter",
                                get("attachment"),
                                1,
                                (code, _) -> code.pop().aload(KEPT)),
                Mutant.called("who enters a scope does not look again whether it was left meanwhile")
                        .foundBy("ScopePrograms.enteredByOneOfTwoLoops")
                        .at("internal.ScopeNode", "takenBy", get("used"), 2, nothing()),
                Mutant.called("failures are noted by a look and a write")
                        .foundBy("GroupPrograms.failuresOfTwoLoops")
                        .at(
                                "internal.ChildGroup",
                                "record",
                                call("compareAndSet"),
                                1,
                                InterleavingMutants::nonAtomicCas),
                Mutant.called("a group that has ended still takes tasks")
                        .foundBy("GroupPrograms.spawnFromOutsideAgainstEnd")
                        .at("internal.ChildList", "add", get("closed"), 1, nothing()),
                Mutant.called("a future does not know its task")
                        .foundBy("AttachedPrograms.cancelledFutureCancelsItsTask")
                        .at("TaskFuture", "of", put("task"), 1, nothing()),
                Mutant.called("a report is refused while the end of its task is being told")
                        .foundBy("GroupPrograms.reportForACancelledCaller")
                        .at("StartGate", "started", call("isWaiting"), 1, constant(0)),
                Mutant.called("started() wakes the caller before the value is there")
                        .foundBy("GroupPrograms.startOnAnotherLoop")
                        .at("StartGate", "started", put("value"), 1, nothing())
                        .at("StartGate", "started", call("resume"), 1, then(InterleavingMutants::setValue)));
    }

    /** Calls that no worker runs, or that get what belongs to another one. */
    private static List<Mutant> workers() {
        return List.of(
                Mutant.called("a worker ends without saying that it has retired")
                        .foundBy("WorkerPrograms.eachCallIsRunOnceByAWorkerThatLives")
                        .at("thread.Worker", "awaitNext", call("compareAndSet"), 1, constant(1)),
                Mutant.called("a task does not look whether the worker has retired")
                        .foundBy("WorkerPrograms.eachCallIsRunOnceByAWorkerThatLives")
                        .at("thread.Worker", "give", call("compareAndSet"), 1, result(1)),
                Mutant.called(
                                "a worker does not wait for an interrupt that is under way, and keeps it for the next call")
                        .foundBy("WorkerPrograms.anInterruptReachesItsCallOnly")
                        .at("thread.Worker", "runNext", call("interrupted"), 1, nothing())
                        .at(
                                "thread.WorkerCall",
                                "runCode",
                                call("get"),
                                1,
                                then(code -> code.pop().aconst_null())),
                Mutant.called("a call that is left releases its token")
                        .foundBy("WorkerPrograms.anAbandonedCallKeepsItsTokenUntilItEnds")
                        .at("thread.BorrowedToken", "releaseUnlessGiven", get("given"), 1, constant(0)));
    }

    /** Threads outside that wait for the wrong outcome, or for none. */
    private static List<Mutant> callsFromOutside() {
        return List.of(
                Mutant.called("an interrupt of a caller does not reach its task")
                        .foundBy("PortalPrograms.interruptOfACallerReachesItsTask")
                        .at("thread.LoopCall", "outcome", call("cancel"), 1, nothing()),
                Mutant.called("a caller that was interrupted loses the interrupt")
                        .foundBy("PortalPrograms.interruptedCallerGetsTheValueOrTheInterrupt")
                        .at("thread.LoopCall", "outcome", call("interrupt"), 1, nothing()),
                Mutant.called("a caller does not see that its interrupt has ended the task")
                        .foundBy("PortalPrograms.interruptedCallerGetsTheValueOrTheInterrupt")
                        .at("thread.LoopCall", "outcome", call("cancelledCaught"), 1, constant(0)),
                Mutant.called("a worker is not told whose cancellation has ended its code")
                        .foundBy("PortalPrograms.cancelledHostLeavesNoCodeOnItsLoop")
                        .at("thread.LoopCall", "runInTask", put("cancelled"), 1, nothing()),
                Mutant.called("code that does not wait is cancelled")
                        .foundBy("PortalPrograms.runNowIsNotCancelled")
                        .at(
                                "thread.FromThread",
                                "lambda$shielded$0",
                                call("shielded"),
                                1,
                                InterleavingMutants::unshielded),
                Mutant.called("an interrupt cancels a task whose report has come first")
                        .foundBy("PortalPrograms.reportedTaskGoesOnAfterAnInterrupt")
                        .at("thread.Readiness", "await", call("completeExceptionally"), 1, result(1)));
    }

    /** Reads that precede the visibility of an earlier write. */
    private static List<Mutant> fences() {
        return List.of(
                Mutant.called("who listens for a request looks before it is seen in its scope")
                        .foundBy("StopPrograms.requestReachesWhoListens")
                        .at("StopRequest", "listen", call("fullFence"), 1, nothing()),
                Mutant.called("an interruptible call looks at its scopes before it is seen")
                        .foundBy("InterruptiblePrograms.blockedCallIsCancelled")
                        .at("internal.Wait", "beginCall", call("fullFence"), 1, nothing()),
                Mutant.called("an interruptible call looks at its scopes before it is seen again")
                        .foundBy("InterruptiblePrograms.callThatCameBackIsCancelled")
                        .at("internal.Wait", "over", call("fullFence"), 1, nothing()),
                Mutant.called("a task whose turn was lent looks before it is seen to be parked")
                        .foundBy("QuietPrograms.whoseTurnWasLentIsSeenToWait")
                        .at("internal.PortableCarrier", "onPark", call("fullFence"), 1, nothing()));
    }

    // ---- what is done too late, or too early ----

    /** In place of a CAS: a read, and then a write. */
    private static void nonAtomicCas(CodeBuilder code, Instruction cas) {
        boolean ints = ((InvokeInstruction) cas).typeSymbol().parameterType(1).isPrimitive();
        ClassDesc value = ints ? ConstantDescs.CD_int : ConstantDescs.CD_Object;
        code.invokestatic(
                CAS,
                "compareAndSet",
                MethodTypeDesc.of(
                        ConstantDescs.CD_boolean, ConstantDescs.CD_VarHandle, ConstantDescs.CD_Object, value, value));
    }

    /** {@code me.waiting(this)}. */
    private static void publishTheWait(CodeBuilder code) {
        var takesTheWait = MethodTypeDesc.of(ConstantDescs.CD_void, type("internal.Wait"));
        code.aload(1).aload(0).invokevirtual(type("internal.Task"), "setWaiting", takesTheWait);
    }

    private static void letTheLockGo(CodeBuilder code) {
        code.aload(0)
                .getfield(type("sync.Condition"), "lock", type("sync.Lock"))
                .invokevirtual(type("sync.Lock"), "release", ConstantDescs.MTD_void);
    }

    /** {@code block.run()} in place of {@code CancelScope.shielded(block)}. */
    private static void unshielded(CodeBuilder code, Instruction shielded) {
        code.invokeinterface(type("Block"), "run", ConstantDescs.MTD_void).aconst_null();
    }

    private static void unpost(CodeBuilder code) {
        code.aload(0).invokevirtual(type("internal.TaskLoop"), "unpost", ConstantDescs.MTD_void);
    }

    private static void clearPosted(CodeBuilder code) {
        code.aload(0)
                .aconst_null()
                .putfield(type("internal.FallbackLoop"), "posted", ClassDesc.of("java.lang.Runnable"));
    }

    /** {@code waiters.leave(); waiters.enter()}. */
    private static void anotherSection(CodeBuilder code) {
        for (String method : List.of("leave", "enter")) {
            code.aload(0)
                    .getfield(type("sync.Acquirable"), "waiters", type("lowlevel.WaitQueue"))
                    .invokevirtual(type("lowlevel.WaitQueue"), method, ConstantDescs.MTD_void);
        }
    }

    private static void freeForAMoment(CodeBuilder code) {
        code.aload(0).aconst_null().putfield(type("sync.Lock"), "owner", type("lowlevel.TaskRef"));
        anotherSection(code);
    }

    private static void keepAttachment(CodeBuilder code) {
        code.aload(0)
                .getfield(type("internal.ScopeNode"), "attachment", type("internal.ScopeNode$Attachment"))
                .astore(KEPT);
    }

    private static void setShield(CodeBuilder code) {
        code.aload(0).iload(1).putfield(type("internal.ScopeNode"), "shield", ConstantDescs.CD_boolean);
    }

    private static void keepStageValue(CodeBuilder code) {
        code.aload(0).aload(1).putfield(type("StageWait"), "value", ConstantDescs.CD_Object);
    }

    private static void nameTheCause(CodeBuilder code) {
        code.aload(0).aload(1).putfield(type("internal.Wait"), "why", type("internal.CancelCause"));
    }

    private static void setValue(CodeBuilder code) {
        code.aload(0).aload(1).putfield(type("StartGate"), "value", ConstantDescs.CD_Object);
    }
}
