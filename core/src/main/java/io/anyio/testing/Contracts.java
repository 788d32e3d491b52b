package io.anyio.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs all checks of a contract. */
final class Contracts {
    private Contracts() {}

    /** Runs each check, and throws one error for all that failed. */
    static void verify(Stream<ContractCheck> checks) {
        List<AssertionError> failures = new ArrayList<>();
        checks.forEach(check -> {
            try {
                check.run();
            } catch (AssertionError broken) {
                failures.add(broken);
            }
        });
        if (failures.size() == 1) {
            throw failures.getFirst();
        }
        if (!failures.isEmpty()) {
            var all = new AssertionError(failures.size() + " rules of the contract are broken:\n"
                    + failures.stream().map(Throwable::getMessage).collect(Collectors.joining("\n")));
            failures.forEach(all::addSuppressed);
            throw all;
        }
    }
}
