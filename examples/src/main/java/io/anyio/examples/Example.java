package io.anyio.examples;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** An example program, with the options that every example has. Picocli sets the fields from the command line. */
@Command(sortOptions = false, showDefaultValues = true, usageHelpAutoWidth = true)
abstract class Example implements Callable<Integer> {
    @Option(names = "--backend", paramLabel = "NAME", description = "the backend to run on: netty, jdk or simulation")
    String backend = "netty";

    @Option(
            names = "--transport",
            paramLabel = "NAME",
            description = "of netty: auto, that is, native where there is one; or nio, epoll, kqueue, io_uring")
    String transport = "auto";

    @Option(names = "--loops", paramLabel = "N", description = "how many event loops")
    int loops = 1;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "describes the options")
    boolean help;

    /** Returns the backend's options by their AnyIO-style names. */
    Map<String, Object> backendOptions() {
        Map<String, Object> options = new HashMap<>();
        options.put("loops", loops);
        if (!transport.equals("auto")) {
            options.put("transport", transport);
        } else if (backend.equals("netty")) {
            options.put("use_native_transport", true);
        }
        return options;
    }

    /** Runs as the first task of a run, after the line about the run has been printed. */
    abstract void run() throws Exception;

    /** Starts a run, and returns the exit status of the program. */
    @Override
    public final Integer call() throws Exception {
        return ExampleRunner.run(this);
    }
}
