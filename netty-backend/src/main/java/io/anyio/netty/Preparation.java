package io.anyio.netty;

/**
 * Initializes the classes of this module before the first task of a run uses them. A {@link StackOverflowError} in a
 * class initializer makes the class unusable in this JVM.
 */
final class Preparation {
    /** All classes with an initializer, by their names in {@code io.anyio.netty}. A test checks that it is complete. */
    private static final String[] CLASSES = {
        "ChannelTasks",
        "MessageStreamOptions",
        "NettyBackend",
        "NettyNetwork",
        "NettyOptions",
        "Transport",
        "buffer.BorrowedReadBuffer",
        "buffer.InboundBuffer",
        "loop.DrainTask",
        "loop.EventLoopGroupRegistry",
        "loop.NettyLoopDriver",
        "loop.RegisteredChannels",
        "message.ConnectionTask",
        "message.InboundMessages",
        "message.MessageHandler",
        "message.MessageQueue",
        "message.OutboundMessages",
        "message.OutboundQueue",
        "tcp.ChannelTransport",
        "transport.Ipv6Only",
        "transport.SystemErrors",
        "transport.TransportKind",
        "transport.TransportSupport",
        "transport.TransportSupport$1",
    };

    private static final boolean DONE = initialize();

    private Preparation() {}

    /** Initializes the classes, once in the life of the JVM. Returns whether all were found. */
    static boolean isDone() {
        return DONE;
    }

    private static boolean initialize() {
        ClassLoader loader = Preparation.class.getClassLoader();
        boolean complete = true;
        for (String name : CLASSES) {
            try {
                Class.forName("io.anyio.netty." + name, true, loader);
            } catch (ClassNotFoundException | LinkageError | VirtualMachineError cutDown) {
                complete = false; // a shrunk program, one without a part of Netty, or a full stack or heap
            }
        }
        return complete;
    }
}
