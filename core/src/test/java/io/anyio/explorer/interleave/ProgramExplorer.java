package io.anyio.explorer.interleave;

import io.anyio.explorer.ScenarioFinder;
import io.anyio.explorer.interleave.program.ProgramContext;
import io.anyio.explorer.mutation.EngineLoader;
import io.anyio.spi.Carrier;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Explores the interleavings of one program on one engine. */
final class ProgramExplorer {
    private final String name;
    private final Carrier carrier;
    private final Method program;
    private final Constructor<?> ctx;
    private final Map<Interleaving.Detail, Integer> lengths = new EnumMap<>(Interleaving.Detail.class);

    /** The outcome of one execution. */
    record Outcome(ProgramExplorer of, long seed, Optional<Throwable> finding, Interleaving interleaving) {
        Trace trace() {
            return interleaving.trace();
        }

        /** Returns the seed, the finding, and which thread passed which point. */
        String report() {
            return "%s on the %s carrier, seed %d: %s%n%s"
                    .formatted(
                            of.name,
                            of.carrier.label(),
                            seed,
                            finding.map(Throwable::toString).orElse("no finding"),
                            trace().text(interleaving));
        }
    }

    /** Returns all programs, in the order of their names. */
    static List<Method> programs() {
        return ScenarioFinder.find("Programs", ProgramContext.class);
    }

    /** Returns one of them, by {@code class.method}. */
    static Method program(String name) {
        return programs().stream()
                .filter(method -> nameOf(method).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no program " + name));
    }

    private static String nameOf(Method program) {
        return program.getDeclaringClass().getSimpleName() + "." + program.getName();
    }

    /** The program {@code method}, as loaded here, on an engine of its own. */
    ProgramExplorer(EngineLoader engine, Carrier carrier, Method method) {
        this.name = nameOf(method);
        this.carrier = carrier;
        try {
            Class<?> owner = engine.loadClass(method.getDeclaringClass().getName());
            Class<?> contextType = engine.loadClass(method.getParameterTypes()[0].getName());
            this.program = owner.getDeclaredMethod(method.getName(), contextType);
            this.program.setAccessible(true);
            this.ctx = contextType.getConstructor(String.class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Tries seeds from 0; throws the first finding, with its seed and trace. With {@code -Dseed=N} it tries that one
     * only, and prints its trace in any case.
     */
    void explore(int seeds) {
        Long only = Long.getLong("seed");
        Optional<Outcome> found;
        if (only == null) {
            found = find(seeds);
        } else {
            Outcome outcome = run(only);
            System.out.println(outcome.report());
            found = outcome.finding().isPresent() ? Optional.of(outcome) : Optional.empty();
        }
        found.ifPresent(outcome -> {
            String replay = "replay: ./mvnw -o -pl core test -Dtest=InterleavingTest -Dprogram=" + name + " -Dseed="
                    + outcome.seed();
            throw new AssertionError(
                    outcome.report() + replay, outcome.finding().orElseThrow());
        });
    }

    /** Returns the first finding among a number of seeds. */
    Optional<Outcome> find(int seeds) {
        for (long seed = 0; seed < seeds; seed++) {
            Outcome outcome = run(seed);
            if (outcome.finding().isPresent()) {
                return Optional.of(outcome);
            }
        }
        return Optional.empty();
    }

    /** One execution, the same for the same seed. */
    Outcome run(long seed) {
        Interleaving.Detail detail = switch ((int) Math.floorMod(seed / 4, 4L)) { // each with all kinds of schedules
            case 1 -> Interleaving.Detail.LATE;
            case 2 -> Interleaving.Detail.BEGIN;
            case 3 -> Interleaving.Detail.PLAIN;
            default -> Interleaving.Detail.USUAL;
        };
        return run(seed, Schedule.of(seed, length(detail)), detail);
    }

    private Outcome run(long seed, Schedule schedule, Interleaving.Detail detail) {
        var interleaving = new Interleaving(carrier, schedule, detail, seed);
        Throwable finding = interleaving.run(this::play);
        return new Outcome(this, seed, Optional.ofNullable(finding), interleaving);
    }

    private void play() {
        try {
            program.invoke(null, ctx.newInstance(carrier.name()));
        } catch (InvocationTargetException e) {
            ProgramExplorer.<RuntimeException>sneak(e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the number of points of the program without preemption, for schedules that spread a few switches. */
    private int length(Interleaving.Detail detail) {
        return lengths.computeIfAbsent(
                detail,
                added -> Math.max(1, run(-1, Schedule.calm(), added).trace().size()));
    }

    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <X extends Throwable> void sneak(Throwable e) throws X {
        throw (X) e;
    }

    @Override
    public String toString() {
        return name;
    }
}
