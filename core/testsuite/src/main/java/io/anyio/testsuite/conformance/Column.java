package io.anyio.testsuite.conformance;

import io.anyio.testing.junit.SimulatedTest;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A column of the page: a backend or transport on which a test can run. */
enum Column {
    SIMULATION("simulation"),
    JDK("jdk"),
    NIO("nio"),
    EPOLL("epoll"),
    IO_URING("io_uring"),

    /** The transport of macOS: recorded, but without a column, because the page is generated on Linux. */
    KQUEUE("kqueue"),

    /** For tests that choose their backends themselves. */
    NONE("none");

    private static final Pattern NAMED =
            Pattern.compile("\\b(simulation|nio|epoll|io_uring|kqueue)\\b", Pattern.CASE_INSENSITIVE);

    /** The transport of the backend jdk, and its options. */
    private static final Pattern NAMED_JDK = Pattern.compile("\\b(selector|JdkOptions)\\b");

    private final String label;

    Column(String label) {
        this.label = label;
    }

    /** Returns the columns that the page shows. */
    static List<Column> shown() {
        return List.of(SIMULATION, JDK, NIO, EPOLL, IO_URING);
    }

    String label() {
        return label;
    }

    /** Returns the column of one invocation of a test, whose name contains the backend's options or the transport. */
    static Column of(String invocation, Method test) {
        if (test.isAnnotationPresent(SimulatedTest.class)) {
            return SIMULATION;
        }
        if (NAMED_JDK.matcher(invocation).find()) {
            return JDK;
        }
        Matcher named = NAMED.matcher(invocation);
        return named.find() ? valueOf(named.group().toUpperCase(Locale.ROOT)) : NONE;
    }
}
