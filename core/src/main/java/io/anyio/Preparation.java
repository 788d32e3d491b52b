package io.anyio;

import io.anyio.internal.Rehearsal;
import io.anyio.internal.RootAccess;

/**
 * Initializes the classes of this module before the first task runs. A {@link StackOverflowError} in a class
 * initializer makes the class unusable in this JVM.
 */
final class Preparation {
    /** All classes with an initializer, by their names in {@code io.anyio}. A test checks that the list is complete. */
    private static final String[] CLASSES = {
        "AttachedRun",
        "Backends",
        "Cancelled",
        "ContextPropagation",
        "Deadline",
        "IgnoredStatus",
        "StartGate",
        "StopRequest",
        "TaskGroup",
        "TaskHandle",
        "TaskHandle$Status",
        "TaskInfo$1",
        "TaskInfo$State",
        "TaskNames",
        "TaskOptions",
        "diagnostics.WatchdogEvent$Kind",
        "diagnostics.WatchdogListeners",
        "future.StreamSubscription$State",
        "internal.CancelCause",
        "internal.ChildGroup",
        "internal.ContextMap",
        "internal.EngineLog",
        "internal.HandedOverCall",
        "internal.LoopCarrier",
        "internal.LoopCounters",
        "internal.LoopObservation",
        "internal.LoopThread",
        "internal.PinnedTasks",
        "internal.PinnedTasks$State",
        "internal.PortableCarrier",
        "internal.ProcessorTime",
        "internal.ReadyQueue",
        "internal.Rehearsal",
        "internal.Run",
        "internal.RunLauncher",
        "internal.ScopeNode",
        "internal.SpinLock",
        "internal.StackRoom",
        "internal.StallReporter",
        "internal.Task",
        "internal.TaskLoop",
        "internal.Tracing",
        "internal.Wait",
        "internal.WaitList",
        "internal.Watchdog",
        "internal.Watchdog$1",
        "internal.WatchdogReports",
        "internal.WatchdogSettings",
        "jdk.ConnectedSocket",
        "jdk.JdkBackend",
        "jdk.JdkNetwork",
        "jdk.JdkOptions",
        "jdk.LoopTimers",
        "jdk.OpenSockets",
        "jdk.SelectorLoop",
        "jdk.SocketErrors",
        "loom.VirtualThreads",
        "lowlevel.OpenResources",
        "lowlevel.SendQueue",
        "lowlevel.SingleWaiter",
        "lowlevel.Suspension",
        "net.AcceptLoop",
        "net.AddressResolver",
        "net.ClassFolders",
        "net.ConnectOptions",
        "net.Families",
        "net.ListenOptions",
        "net.ServerLog",
        "net.SocketListener",
        "net.SocketStream",
        "resource.ResourceGuard",
        "select.Waits",
        "spi.Carrier",
        "spi.LoopAction",
        "spi.LoopActionQueue",
        "spi.SocketSettings",
        "spi.SystemClock",
        "stream.MemorySendStream$1",
        "stream.MemoryStreamState$Missed",
        "stream.MemoryStreamState$Sent",
        "stream.ReceiveIterator$Next",
        "stream.StreamLog",
        "sync.Deferred",
        "sync.Deferred$Status",
        "task.CompletedTaskStream$1",
        "task.MapOptions",
        "thread.BlockingPortal",
        "thread.PortalThread",
        "thread.ToThread",
        "thread.ToThreadOptions",
        "thread.WorkerCall$Phase",
        "thread.WorkerPool",
    };

    private static final boolean DONE = initialize();

    private Preparation() {}

    /** Initializes the classes, once in the life of the JVM. Returns whether all were found. */
    static boolean isDone() {
        return DONE;
    }

    private static boolean initialize() {
        RootAccess.prepare();
        Rehearsal.provide(new RehearsalScript());
        ClassLoader loader = Preparation.class.getClassLoader();
        boolean complete = true;
        for (String name : CLASSES) {
            try {
                Class.forName("io.anyio." + name, true, loader);
            } catch (ClassNotFoundException | LinkageError | VirtualMachineError cutDown) {
                complete = false; // a shrunk program without unused classes, or a full stack or heap
            }
        }
        return complete;
    }
}
