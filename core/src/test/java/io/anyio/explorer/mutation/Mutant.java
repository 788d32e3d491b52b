package io.anyio.explorer.mutation;

import io.anyio.spi.Carrier;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** A planted mistake: a few instructions of the engine are replaced while its classes are loaded. */
public final class Mutant {
    private static final int EVERY = 0;

    private final String name;
    private final List<Edit> edits = new ArrayList<>();
    private String foundBy = "";
    private Carrier carrier = Carrier.PORTABLE;

    /** The replacement of one instruction of one method, or of each that matches. */
    private record Edit(
            String className,
            String method,
            Predicate<Instruction> matcher,
            int number,
            BiConsumer<CodeBuilder, Instruction> replacement) {
        boolean isIn(MethodModel found) {
            String name = found.methodName().stringValue();
            return !found.flags().has(AccessFlag.BRIDGE)
                    && (method.equals(name)
                            || method.equals(
                                    name + "/" + found.methodTypeSymbol().parameterCount()));
        }
    }

    private Mutant(String name) {
        this.name = name;
    }

    /** Returns a mutant that changes nothing yet. */
    public static Mutant called(String name) {
        return new Mutant(name);
    }

    /** Sets what must find it: part of the names of scenarios, or a program as {@code class.method}. */
    public Mutant foundBy(String scenarios) {
        foundBy = scenarios;
        return this;
    }

    /** Sets the carrier on which a program must find it, if that is not the portable one. */
    public Mutant on(Carrier newCarrier) {
        carrier = newCarrier;
        return this;
    }

    /**
     * Replaces the {@code number}-th instruction, counted from 1, that matches.
     *
     * @param className the name below {@code io.anyio}
     * @param method the name, followed by {@code /n} for the one of several that has so many parameters
     */
    public Mutant at(
            String className,
            String method,
            Predicate<Instruction> matcher,
            int number,
            BiConsumer<CodeBuilder, Instruction> replacement) {
        edits.add(new Edit("io.anyio." + className, method, matcher, number, replacement));
        return this;
    }

    /** Replaces every instruction that matches; otherwise like {@link #at}. */
    public Mutant everywhere(
            String className,
            String method,
            Predicate<Instruction> matcher,
            BiConsumer<CodeBuilder, Instruction> replacement) {
        return at(className, method, matcher, EVERY, replacement);
    }

    /** Returns what must find it. */
    public String foundBy() {
        return foundBy;
    }

    /** Returns the carrier on which it must be found. */
    public Carrier carrier() {
        return carrier;
    }

    @Override
    public String toString() {
        return name;
    }

    Set<String> classes() {
        return edits.stream().map(Edit::className).collect(Collectors.toSet());
    }

    boolean concerns(String className) {
        return classes().contains(className);
    }

    Planting in(String className) {
        return new Planting(
                edits.stream().filter(edit -> edit.className.equals(className)).toList());
    }

    /** The changes of one class. */
    final class Planting {
        private final List<Edit> ofClass;
        private final Set<Edit> done = ConcurrentHashMap.newKeySet();

        private Planting(List<Edit> ofClass) {
            this.ofClass = ofClass;
        }

        /** Returns the change of one method, which may be none. */
        CodeTransform of(MethodModel method) {
            List<Edit> mine = ofClass.stream().filter(edit -> edit.isIn(method)).toList();
            return mine.isEmpty() ? CodeTransform.ACCEPT_ALL : CodeTransform.ofStateful(() -> new Editing(mine, done));
        }

        /** Fails if the class no longer has the instructions to replace. */
        void checkComplete() {
            for (Edit edit : ofClass) {
                if (!done.contains(edit)) {
                    throw new IllegalStateException("Mutant '" + name + "' no longer fits: " + edit.className + "."
                            + edit.method + " has changed; look at what it does now, and edit that");
                }
            }
        }
    }

    /** One pass over a method; the class file API may need several. */
    private static final class Editing implements CodeTransform {
        private final List<Edit> mine;
        private final Set<Edit> done;
        private final int[] seen;

        Editing(List<Edit> mine, Set<Edit> done) {
            this.mine = mine;
            this.done = done;
            this.seen = new int[mine.size()];
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof Instruction instruction) {
                for (int i = 0; i < seen.length; i++) {
                    Edit edit = mine.get(i);
                    if (edit.matcher.test(instruction) && (edit.number == EVERY || ++seen[i] == edit.number)) {
                        edit.replacement.accept(code, instruction);
                        done.add(edit);
                        return;
                    }
                }
            }
            code.with(element);
        }
    }
}
