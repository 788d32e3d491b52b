package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.spi.BackendOptions;
import java.time.Duration;
import java.util.List;

/** Collects the checks of {@link BackendContract}. */
final class BackendChecks {
    private final List<ContractCheck> checks;
    private final Duration limit;
    private final BackendOptions options;

    BackendChecks(List<ContractCheck> checks, Duration limit, BackendOptions options) {
        this.checks = checks;
        this.limit = limit;
        this.options = options;
    }

    /** The code of a check. It runs on a thread that is not a task. */
    @FunctionalInterface
    interface Body {
        void run(BackendOptions options) throws Exception;
    }

    void add(String name, Body body) {
        checks.add(ContractCheck.ofThread(name, limit, () -> body.run(options)));
    }

    /** Adds a check that is the first task of a run. */
    void addInTask(String name, Block<Exception> body) {
        add(name, opened -> AnyIO.run(body, opened));
    }
}
