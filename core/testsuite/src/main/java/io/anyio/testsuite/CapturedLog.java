package io.anyio.testsuite;

import java.text.MessageFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Captures a logger's and its children's messages while open, instead of the console. May be read from any thread. */
public final class CapturedLog implements AutoCloseable {
    private final Logger logger; // held, because its settings could be collected otherwise
    private final Queue<LogRecord> records = new ConcurrentLinkedQueue<>();
    private final Runnable before;
    private final Handler collector = new Handler() {
        @Override
        public void publish(LogRecord record) {
            before.run();
            records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /** Starts to capture. */
    public CapturedLog(String name) {
        this(name, () -> {});
    }

    /** Starts to capture, with an appender that first runs {@code before}, for example to take a lock. */
    public CapturedLog(String name, Runnable before) {
        this.before = before;
        logger = Logger.getLogger(name);
        logger.setUseParentHandlers(false);
        logger.addHandler(collector);
    }

    /** Returns the records so far. */
    public List<LogRecord> records() {
        return List.copyOf(records);
    }

    /** Returns the messages so far. */
    public List<String> messages() {
        return records.stream().map(CapturedLog::message).toList();
    }

    /**
     * Returns the messages so far, but for the watchdog's on short waits for locks: on a busy machine there are some.
     */
    public List<String> messagesButForWaits() {
        return messages().stream()
                .filter(message -> !message.contains("waits for a lock while its tasks are ready")
                        && !message.contains("waits outside of the library"))
                .toList();
    }

    private static String message(LogRecord record) {
        return record.getParameters() == null
                ? record.getMessage()
                : MessageFormat.format(record.getMessage(), record.getParameters());
    }

    /** Returns whether a message contains {@code text}. */
    public boolean contains(String text) {
        return messages().stream().anyMatch(message -> message.contains(text));
    }

    @Override
    public void close() {
        logger.removeHandler(collector);
        logger.setUseParentHandlers(true);
    }

    @Override
    public String toString() {
        return messages().toString();
    }
}
