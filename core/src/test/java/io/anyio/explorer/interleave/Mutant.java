package io.anyio.explorer.interleave;

import io.anyio.spi.Carrier;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * A planted mistake: a few instructions of the engine replaced while its classes are loaded, and the program that must
 * find it.
 */
public final class Mutant {
    private final String name;
    private final List<Edit> edits = new ArrayList<>();
    private String program = "";
    private Carrier carrier = Carrier.PORTABLE;

    /** The replacement of one instruction of one method. */
    private record Edit(
            String className,
            String method,
            Predicate<Instruction> matcher,
            int number,
            BiConsumer<CodeBuilder, Instruction> replacement) {
        boolean isIn(String ownerName, String name, int parameters) {
            return className.equals(ownerName) && (method.equals(name) || method.equals(name + "/" + parameters));
        }
    }

    private Mutant(String name) {
        this.name = name;
    }

    /** A mistake that changes nothing yet. */
    public static Mutant called(String name) {
        return new Mutant(name);
    }

    /** Says which program must find it, as {@code class.method}. */
    public Mutant foundBy(String newProgram) {
        program = newProgram;
        return this;
    }

    /** Says on which carrier, where that is not the portable one. */
    public Mutant on(Carrier newCarrier) {
        carrier = newCarrier;
        return this;
    }

    /**
     * Replaces the {@code number}-th instruction, counted from 1, that matches.
     *
     * @param className the name below {@code io.anyio}
     * @param method the name, with {@code /n} behind it for the one of several that has so many parameters
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

    boolean concerns(String className) {
        return edits.stream().anyMatch(edit -> edit.className.equals(className));
    }

    /** The change of one method, or of none. Fails at the end of a method that does not look as expected. */
    CodeTransform in(String className, String method, int parameters) {
        List<Edit> mine = edits.stream()
                .filter(edit -> edit.isIn(className, method, parameters))
                .toList();
        return mine.isEmpty() ? CodeTransform.ACCEPT_ALL : CodeTransform.ofStateful(() -> new Editing(mine));
    }

    /** Fails when a method that is to be edited is not there any more. */
    void checkMethods(ClassModel model) {
        String className = model.thisClass().asInternalName().replace('/', '.');
        for (Edit edit : edits) {
            if (edit.className.equals(className)
                    && model.methods().stream()
                            .noneMatch(method -> edit.isIn(
                                    className,
                                    method.methodName().stringValue(),
                                    method.methodTypeSymbol().parameterCount()))) {
                throw doesNotFit(edit);
            }
        }
    }

    private IllegalStateException doesNotFit(Edit edit) {
        return new IllegalStateException("Mutant '" + name + "' does not fit any more: " + edit.className + "."
                + edit.method + " has changed; look at what it does now, and edit that");
    }

    String program() {
        return program;
    }

    Carrier carrier() {
        return carrier;
    }

    @Override
    public String toString() {
        return name;
    }

    private final class Editing implements CodeTransform {
        private final List<Edit> mine;
        private final int[] seen;

        Editing(List<Edit> mine) {
            this.mine = mine;
            this.seen = new int[mine.size()];
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof Instruction instruction) {
                for (int i = 0; i < seen.length; i++) {
                    Edit edit = mine.get(i);
                    if (edit.matcher.test(instruction) && ++seen[i] == edit.number) {
                        edit.replacement.accept(code, instruction);
                        return;
                    }
                }
            }
            code.with(element);
        }

        @Override
        public void atEnd(CodeBuilder code) {
            for (int i = 0; i < seen.length; i++) {
                if (seen[i] < mine.get(i).number) {
                    throw doesNotFit(mine.get(i));
                }
            }
        }
    }
}
