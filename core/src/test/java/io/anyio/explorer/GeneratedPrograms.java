package io.anyio.explorer;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks at generated programs, writes them down, and makes those that fail smaller. */
final class GeneratedPrograms {
    private static final int MOST_TRIES = 2000;

    private GeneratedPrograms() {}

    /** Many random programs, each checked against the model. */
    static Scenario scenario() {
        return new Scenario(
                "generated/trees of groups and scopes",
                50,
                false,
                ctx -> ProgramRunner.play(ctx, ProgramGenerator.program(ctx.seed, ctx.loops == 1)),
                GeneratedPrograms::simplified);
    }

    /** The numbers of all scopes that exist before they are entered. */
    static List<Integer> scopes(List<Step> program) {
        List<Integer> numbers = new ArrayList<>();
        for (Step step : program) {
            if (step instanceof Step.Scope scope && !scope.fails()) {
                numbers.add(scope.scope());
            }
            if (step instanceof Step.Finally both) {
                numbers.addAll(scopes(List.of(both.cleanUp())));
            }
            numbers.addAll(scopes(body(step)));
        }
        return numbers;
    }

    private static List<Step> body(Step step) {
        return switch (step) {
            case Step.Scope scope -> scope.body();
            case Step.Group group -> group.body();
            case Step.Spawn spawn -> spawn.body();
            case Step.Start start -> start.body();
            case Step.Catch caught -> caught.body();
            case Step.Finally both -> both.body();
            default -> List.of();
        };
    }

    private static Step withBody(Step step, List<Step> body) {
        return switch (step) {
            case Step.Scope s -> new Step.Scope(s.scope(), s.shield(), s.nanos(), s.fails(), body);
            case Step.Group g -> new Step.Group(g.group(), body);
            case Step.Spawn s -> new Step.Spawn(s.group(), s.task(), body);
            case Step.Start s -> new Step.Start(s.group(), s.task(), body);
            case Step.Catch c -> new Step.Catch(c.failures(), body);
            case Step.Finally f -> new Step.Finally(body, f.cleanUp());
            default -> step;
        };
    }

    // ---- making smaller ----

    /** Leaves steps out as long as the program fails in the same way with the same seed. */
    private static Finding simplified(Finding found) {
        List<Step> program = ProgramGenerator.program(found.seed(), found.loops() == 1);
        Finding best = found;
        int tries = 0;
        for (boolean smaller = true; smaller && tries < MOST_TRIES; ) {
            smaller = false;
            for (List<Step> candidate : smallerOnes(program)) {
                Finding again = Explorer.run(
                        found.scenario(),
                        ctx -> ProgramRunner.play(ctx, candidate),
                        new ScenarioContext(found.seed(), found.loops()));
                if (++tries > MOST_TRIES) {
                    break;
                }
                if (again != null && again.cause().getClass() == found.cause().getClass()) {
                    program = candidate;
                    best = again;
                    smaller = true;
                    break;
                }
            }
        }
        List<String> trace = new ArrayList<>(List.of("the program, made smaller:"));
        write(program, "  ", trace);
        trace.addAll(best.trace());
        return new Finding(found.scenario(), found.seed(), found.loops(), best.cause(), trace);
    }

    /** The program without one step, or with the body of a step in its place, biggest cuts first. */
    private static List<List<Step>> smallerOnes(List<Step> steps) {
        List<List<Step>> smaller = new ArrayList<>();
        for (int i = 0; i < steps.size(); i++) {
            smaller.add(replaced(steps, i, List.of()));
        }
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            if (body(step).stream().noneMatch(GeneratedPrograms::canLastForEver)
                    && !body(step).isEmpty()) {
                smaller.add(replaced(steps, i, body(step)));
            }
            for (List<Step> body : smallerOnes(body(step))) {
                smaller.add(replaced(steps, i, List.of(withBody(step, body))));
            }
            if (step instanceof Step.Finally both) {
                for (List<Step> body : smallerOnes(both.cleanUp().body())) {
                    var cleanUp = (Step.Scope) withBody(both.cleanUp(), body);
                    smaller.add(replaced(steps, i, List.of(new Step.Finally(both.body(), cleanUp))));
                }
            }
        }
        return smaller;
    }

    private static boolean canLastForEver(Step step) {
        return step instanceof Step.Await || step instanceof Step.Join;
    }

    private static List<Step> replaced(List<Step> steps, int at, List<Step> with) {
        List<Step> changed = new ArrayList<>(steps.subList(0, at));
        changed.addAll(with);
        changed.addAll(steps.subList(at + 1, steps.size()));
        return changed;
    }

    // ---- writing down ----

    /** A step without its body. */
    static String headline(Step step) {
        String text = withBody(step, List.of()).toString();
        if (step instanceof Step.Finally both) {
            text = "Finally[scope" + both.cleanUp().scope() + "]";
        }
        return text.replace(", body=[]", "").toLowerCase(Locale.ROOT);
    }

    private static void write(List<Step> steps, String indent, List<String> lines) {
        for (Step step : steps) {
            lines.add(indent + headline(step));
            write(body(step), indent + "    ", lines);
            if (step instanceof Step.Finally both) {
                lines.add(indent + "in the end " + headline(both.cleanUp()));
                write(both.cleanUp().body(), indent + "    ", lines);
            }
        }
    }
}
