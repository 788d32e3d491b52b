package io.anyio.explorer.interleave;

import io.anyio.spi.Carrier;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One program on one carrier, for whoever wants to explore it and need not know how that is done. */
public final class InterleavedScenario {
    /** So many seeds of a scenario make one of a program on the loop carrier, where a switch takes longer. */
    private static final int LOOP_SHARE = 8;

    private final Carrier carrier;
    private final ProgramExplorer explorer;

    private InterleavedScenario(EngineLoader engine, Carrier carrier, Method program) {
        this.carrier = carrier;
        this.explorer = new ProgramExplorer(engine, carrier, program);
    }

    /** Every program, on both carriers. */
    public static List<InterleavedScenario> all() {
        EngineLoader engine = EngineLoader.sound();
        List<InterleavedScenario> all = new ArrayList<>();
        for (Carrier carrier : Carrier.values()) {
            ProgramFinder.all().forEach(program -> all.add(new InterleavedScenario(engine, carrier, program)));
        }
        return all;
    }

    /** The program's name, and the carrier. */
    public String name() {
        return "interleaved/" + explorer + " on " + carrier.name().toLowerCase(Locale.ROOT);
    }

    /** Tries as many seeds as fit a scenario with so many; throws the first finding. */
    public void explore(int seeds) {
        explorer.find(carrier == Carrier.PORTABLE ? seeds : Math.ceilDiv(seeds, LOOP_SHARE))
                .ifPresent(this::tell);
    }

    /** Plays one seed; throws the finding, if there is one. */
    public void replay(long seed) {
        ProgramExplorer.Outcome outcome = explorer.run(seed);
        if (outcome.finding().isPresent()) {
            tell(outcome);
        }
    }

    private void tell(ProgramExplorer.Outcome outcome) {
        String command = "./mvnw -o -pl core test -Dtest=ExplorerTest -Dexplorer.scenario='" + name()
                + "' -Dexplorer.seed=" + outcome.seed();
        throw new AssertionError(
                outcome.report() + "\nreplay: " + command, outcome.finding().orElseThrow());
    }
}
