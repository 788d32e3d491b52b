package io.anyio.netty.proof;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Collects what the library logs while it is open, instead of printing it. */
final class Reports implements AutoCloseable {
    private static final Logger LOGGER = Logger.getLogger("io.anyio"); // held, or its settings could be collected

    private final Queue<String> messages = new ConcurrentLinkedQueue<>();
    private final Runnable before;
    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord message) {
            before.run();
            messages.add(message.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    Reports() {
        this(() -> {});
    }

    /** With an appender that does something, such as taking a lock, before it takes a message. */
    Reports(Runnable before) {
        this.before = before;
        LOGGER.setUseParentHandlers(false);
        LOGGER.addHandler(collector);
    }

    boolean contain(String text) {
        return messages.stream().anyMatch(message -> message.contains(text));
    }

    @Override
    public void close() {
        LOGGER.removeHandler(collector);
        LOGGER.setUseParentHandlers(true);
    }

    @Override
    public String toString() {
        return messages.toString();
    }
}
