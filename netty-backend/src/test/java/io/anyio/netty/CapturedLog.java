package io.anyio.netty;

import java.text.MessageFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a logger and those below it are told while this is open, instead of the console. Any thread may look. */
public final class CapturedLog implements AutoCloseable {
    private final Logger logger; // held, or its settings could be collected
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

    /** Begins to capture. */
    public CapturedLog(String name) {
        this(name, () -> {});
    }

    /** With an appender that does something, such as taking a lock, before it takes a message. */
    public CapturedLog(String name, Runnable before) {
        this.before = before;
        logger = Logger.getLogger(name);
        logger.setUseParentHandlers(false);
        logger.addHandler(collector);
    }

    /** What was logged so far. */
    public List<LogRecord> records() {
        return List.copyOf(records);
    }

    /** What was logged so far, as text. */
    public List<String> messages() {
        return records.stream().map(CapturedLog::message).toList();
    }

    private static String message(LogRecord record) {
        return record.getParameters() == null
                ? record.getMessage()
                : MessageFormat.format(record.getMessage(), record.getParameters());
    }

    /** Whether a message has {@code text} in it. */
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
