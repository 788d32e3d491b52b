package io.anyio.explorer;

import java.util.function.UnaryOperator;

/**
 * A small program with an oracle.
 *
 * @param name its area and what it shows, as in {@code stream/itemsKeepTheirOrder}
 * @param weight how many seeds it gets for each seed of another one
 * @param slices whether it runs with time slices, on one loop
 * @param program the first task of the run
 * @param simplifier makes a report small
 */
record Scenario(String name, int weight, boolean slices, Program program, UnaryOperator<Finding> simplifier) {

    Scenario(String name, Program program) {
        this(name, 1, false, program, found -> found);
    }

    /** The same program with time slices. */
    Scenario withSlices() {
        return new Scenario(name, weight, true, program, simplifier);
    }

    /** The code of a scenario; throws, or calls the context's oracle, when a condition does not hold. */
    interface Program {
        void run(ScenarioContext ctx) throws Throwable;
    }
}
