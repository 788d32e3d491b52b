package io.anyio.testing;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.spi.BackendOptions;
import io.anyio.testing.BackendContract.Part;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Collects the checks of {@link BackendContract} that need only the parts that the backend offers. */
final class BackendChecks {
    private final List<ContractCheck> checks;
    private final Duration limit;
    private final BackendOptions options;
    private final Set<Part> offered;
    private final Set<Part> needed;

    BackendChecks(List<ContractCheck> checks, Duration limit, BackendOptions options, Set<Part> offered) {
        this(checks, limit, options, offered, Set.of());
    }

    private BackendChecks(
            List<ContractCheck> checks, Duration limit, BackendOptions options, Set<Part> offered, Set<Part> needed) {
        this.checks = checks;
        this.limit = limit;
        this.options = options;
        this.offered = offered;
        this.needed = needed;
    }

    /** Returns a collector into the same list, for checks that also need these parts. */
    BackendChecks needing(Part... more) {
        Set<Part> all = new HashSet<>(needed);
        all.addAll(List.of(more));
        return new BackendChecks(checks, limit, options, offered, all);
    }

    /** The code of a check. It runs on a thread that is not a task. */
    @FunctionalInterface
    interface Body {
        void run(BackendOptions options) throws Exception;
    }

    void add(String name, Body body) {
        if (offered.containsAll(needed)) {
            checks.add(ContractCheck.ofThread(name, limit, () -> body.run(options)));
        }
    }

    /** Adds a check that is the first task of a run. */
    void addInTask(String name, Block<Exception> body) {
        add(name, opened -> AnyIO.run(body, opened));
    }
}
