package io.anyio.explorer;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Generates random programs: trees of groups and scopes in which much is cancelled. */
final class ProgramGenerator {
    static final int EVENTS = 3;
    private static final int DEEPEST = 5;
    private static final int OUT_OF_REACH = 1000;

    private final SplittableRandom dice;
    private final boolean exactTimes;
    private int budget;
    private int scopes;
    private int waits;
    private int tasks;
    private int failures;

    private ProgramGenerator(long seed, boolean exactTimes) {
        this.dice = new SplittableRandom(seed);
        this.exactTimes = exactTimes;
        this.budget = 10 + dice.nextInt(30);
    }

    /**
     * A program for this seed. On one loop many things happen at the same moment; on several no two do, because their
     * order would be undefined.
     */
    static List<Step> program(long seed, boolean oneLoop) {
        var generator = new ProgramGenerator(seed, oneLoop);
        List<Step> program = new ArrayList<>();
        do {
            program.add(generator.dice.nextInt(3) == 0 ? generator.scope(List.of(), 0) : generator.group(List.of(), 0));
        } while (generator.budget > 0);
        return program;
    }

    private long time() {
        long millis = dice.nextInt(6);
        return millis == 0 ? 0 : millis * 1_000_000 + (exactTimes ? 0 : dice.nextInt(1_000_000));
    }

    private List<Step> block(List<Integer> groups, int depth) {
        List<Step> steps = new ArrayList<>();
        for (int i = dice.nextInt(4); i >= 0; i--) {
            steps.add(step(groups, depth));
        }
        return steps;
    }

    private Step step(List<Integer> groups, int depth) {
        budget--;
        int kind = dice.nextInt(depth < DEEPEST && budget > 0 ? 32 : 16);
        return switch (kind) {
            case 0, 1 -> new Step.Checkpoint();
            case 2 -> new Step.Look();
            case 3 -> new Step.Yield();
            case 4, 5, 6 -> new Step.Sleep(time());
            case 7 -> dice.nextInt(2) == 0 ? new Step.Fail(++failures) : new Step.Checkpoint();
            case 8, 9 -> new Step.Cancel(anyScope());
            case 10 -> new Step.CancelTask(1 + dice.nextInt(tasks + 2));
            case 11 -> new Step.Move(anyScope(), dice.nextInt(4) == 0 ? -1 : time());
            case 12 -> new Step.Shield(anyScope(), dice.nextBoolean());
            case 13 -> new Step.Set(dice.nextInt(EVENTS));
            case 14 -> timed(new Step.Await(dice.nextInt(EVENTS)));
            case 15 -> timed(new Step.Join(1 + dice.nextInt(tasks + 1)));
            case 16, 17, 18 -> scope(groups, depth);
            case 19, 20 -> group(groups, depth);
            case 21, 22, 23, 24, 25 -> groups.isEmpty() ? group(groups, depth) : spawn(groups, depth);
            case 26, 27, 28 -> groups.isEmpty() ? scope(groups, depth) : start(groups, depth);
            case 29 -> new Step.Catch(dice.nextInt(3) == 0, block(groups, depth + 1));
            default ->
                new Step.Finally(
                        block(groups, depth + 1), new Step.Scope(++scopes, true, -1, false, block(groups, depth + 1)));
        };
    }

    private int anyScope() {
        return 1 + dice.nextInt(scopes + 2);
    }

    /** A wait that could last for ever, in a scope that does not, because no step knows its number. */
    private Step timed(Step wait) {
        return new Step.Scope(OUT_OF_REACH + ++waits, false, 3_000_000 + time(), false, List.of(wait));
    }

    private Step scope(List<Integer> groups, int depth) {
        boolean timed = dice.nextBoolean();
        return new Step.Scope(
                ++scopes,
                dice.nextInt(4) == 0,
                timed ? time() : -1,
                timed && dice.nextInt(3) == 0,
                block(groups, depth + 1));
    }

    private Step group(List<Integer> groups, int depth) {
        int number = ++scopes;
        return new Step.Group(number, block(with(groups, number), depth + 1));
    }

    private Step spawn(List<Integer> groups, int depth) {
        int at = dice.nextInt(groups.size());
        return new Step.Spawn(groups.get(at), ++tasks, block(groups.subList(0, at + 1), depth + 1));
    }

    private Step start(List<Integer> groups, int depth) {
        int at = dice.nextInt(groups.size());
        int task = ++tasks;
        List<Integer> inner = groups.subList(0, at + 1);
        List<Step> body = new ArrayList<>();
        if (dice.nextBoolean()) {
            body.addAll(block(inner, depth + 1));
        }
        if (dice.nextInt(5) > 0) {
            body.add(new Step.Report(task));
            body.addAll(block(inner, depth + 1));
        }
        return new Step.Start(groups.get(at), task, body);
    }

    private static List<Integer> with(List<Integer> groups, int number) {
        List<Integer> more = new ArrayList<>(groups);
        more.add(number);
        return more;
    }
}
