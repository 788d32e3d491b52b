package io.anyio;

/**
 * Initializes the classes of this module before the first task runs. A {@link StackOverflowError} in a class
 * initializer makes the class unusable in this JVM.
 */
final class Preparation {
    /** All classes with an initializer, by their names in {@code io.anyio}. A test checks that the list is complete. */
    private static final String[] CLASSES = {
        "AttachedRun",
        "Backends",
        "CancelCause",
        "CancelScope",
        "ContextMap",
        "ContextPropagation",
        "Deadline",
        "DeadlineTimer",
        "IgnoredStatus",
        "PinnedTasks",
        "PinnedTasks$State",
        "PortableCarrier",
        "ProcessorTime",
        "ReadyQueue",
        "Rehearsal",
        "Run",
        "SpinLock",
        "StallReporter",
        "StartGate",
        "StopRequest",
        "Suspension",
        "Task",
        "TaskDump",
        "TaskGroup",
        "TaskHandle",
        "TaskHandle$Status",
        "TaskInfo$State",
        "TaskLoop",
        "TaskNames",
        "TaskOptions",
        "TaskTree$1",
        "WaitQueue",
        "Watchdog",
        "Watchdog$1",
        "Watchdog$Observation",
        "loom.VirtualThreads",
        "lowlevel.SingleWaiter",
        "net.AcceptLoop",
        "net.ClassFolders",
        "net.ConnectOptions",
        "net.Families",
        "net.ListenOptions",
        "net.ServerLog",
        "net.SocketListener",
        "net.SocketStream",
        "resource.ResourceGuard",
        "spi.Carrier",
        "spi.LoopAction",
        "spi.LoopActionQueue",
        "spi.SocketSettings",
        "spi.SystemClock",
        "stream.MemorySendStream$1",
        "stream.MemoryStreamState$Missed",
        "stream.MemoryStreamState$Sent",
        "stream.ReceiveIterator$Next",
        "stream.UnclosedStreamDetector",
        "sync.Deferred",
        "sync.Deferred$Status",
        "task.CompletedTaskStream$1",
        "task.MapOptions",
        "thread.Workers",
    };

    private static final boolean DONE = initialize();

    private Preparation() {}

    /** Initializes the classes, once in the life of the JVM. Returns whether all were found. */
    static boolean isDone() {
        return DONE;
    }

    private static boolean initialize() {
        ClassLoader loader = Preparation.class.getClassLoader();
        for (String name : CLASSES) {
            try {
                Class.forName("io.anyio." + name, true, loader);
            } catch (ClassNotFoundException | LinkageError cutDown) {
                return false; // a shrunk program without unused classes; the others are initialized when needed
            }
        }
        return true;
    }
}
