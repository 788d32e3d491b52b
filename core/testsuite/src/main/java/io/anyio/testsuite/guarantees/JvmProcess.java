package io.anyio.testsuite.guarantees;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A program in its own JVM, on the same carrier as the test. */
public final class JvmProcess implements AutoCloseable {
    /** The class path of the tests. */
    public static final String CLASS_PATH =
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));

    private static final String SAYS = "> ";

    private final Process process;
    private final BufferedReader output;

    /** Starts the program. */
    public JvmProcess(Class<?> main, List<String> flags, String... arguments) throws IOException {
        this(command(main, flags, arguments));
    }

    private JvmProcess(List<String> command) throws IOException {
        process = new ProcessBuilder(command).redirectErrorStream(true).start();
        output = process.inputReader();
    }

    /** Starts a program with this class path and a limit of file descriptors. */
    public static JvmProcess withDescriptors(int limit, String classPath, Class<?> main, String... arguments)
            throws IOException {
        List<String> java = command(main, List.of(), arguments);
        java.set(java.indexOf("-cp") + 1, classPath);
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", "-c", "ulimit -n " + limit + " && exec \"$@\"", "sh"));
        command.addAll(java);
        return new JvmProcess(command);
    }

    private static List<String> command(Class<?> main, List<String> flags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("--enable-native-access=ALL-UNNAMED");
        if (GuaranteeTestBase.onLoopCarrier()) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        } else {
            command.add("-Danyio.carrier=portable"); // explicit, to avoid a warning
        }
        command.addAll(flags);
        command.add("-cp");
        command.add(CLASS_PATH);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Writes a line to the output of the program that calls it, for {@link #said} in the test. */
    public static void say(Object text) {
        System.out.println(SAYS + text);
    }

    /** Returns what the program has said next, or null at the end. Skips the log messages of a slow machine. */
    public @Nullable String said() throws Exception {
        String line = line();
        while (line != null && !line.startsWith(SAYS)) {
            System.err.println("The program: " + line); // perhaps why it has failed
            line = line();
        }
        return line == null ? null : line.substring(SAYS.length());
    }

    /** Returns all that the program says up to its end. */
    public List<String> allSaid() throws Exception {
        List<String> all = new ArrayList<>();
        for (String text = said(); text != null; text = said()) {
            all.add(text);
        }
        return all;
    }

    /** Returns the next line of output, or null at the end. */
    public String line() throws Exception {
        return GuaranteeTestBase.bounded(output::readLine);
    }

    /** Writes a line to the program's input. */
    public void tell(String line) throws IOException {
        var input = process.outputWriter();
        input.write(line + "\n");
        input.flush();
    }

    /** Returns all lines up to the end. */
    public List<String> lines() throws Exception {
        return GuaranteeTestBase.bounded(output::readAllLines);
    }

    /** Returns the number of its process. */
    public long pid() {
        return process.pid();
    }

    /** Lets it run for {@code seconds}; fails if it ends earlier. */
    public void letRun(long seconds) throws InterruptedException {
        if (process.waitFor(seconds, TimeUnit.SECONDS)) {
            throw new AssertionError("the program has ended with " + process.exitValue());
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
