package io.anyio.explorer.mutation;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The vocabulary of mutants: which instruction is replaced, and by what. */
public final class Mutations {
    private Mutations() {}

    // ---- which ----

    /** The reading of a field. */
    public static Predicate<Instruction> get(String field) {
        return instruction -> instruction instanceof FieldInstruction access
                && access.opcode() == Opcode.GETFIELD
                && access.name().equalsString(field);
    }

    /** The writing of a field. */
    public static Predicate<Instruction> put(String field) {
        return instruction -> instruction instanceof FieldInstruction access
                && access.opcode() == Opcode.PUTFIELD
                && access.name().equalsString(field);
    }

    /** The call of a method. */
    public static Predicate<Instruction> call(String method) {
        return instruction ->
                instruction instanceof InvokeInstruction call && call.name().equalsString(method);
    }

    /** The call of the one of several methods that has so many parameters. */
    public static Predicate<Instruction> call(String method, int parameters) {
        return call(method)
                .and(instruction ->
                        ((InvokeInstruction) instruction).typeSymbol().parameterCount() == parameters);
    }

    /** An {@code int} constant. */
    public static Predicate<Instruction> intConstant() {
        return instruction ->
                instruction instanceof ConstantInstruction constant && constant.constantValue() instanceof Integer;
    }

    /** A branch on a condition. */
    public static Predicate<Instruction> branch() {
        return instruction -> instruction instanceof BranchInstruction branch && branch.opcode() != Opcode.GOTO;
    }

    // ---- what instead ----

    /** Not done; where a value is expected, there is 0, false or null. */
    public static BiConsumer<CodeBuilder, Instruction> nothing() {
        return constant(0);
    }

    /** Not done; the result is said to be this, true for 1, or null. */
    public static BiConsumer<CodeBuilder, Instruction> constant(int value) {
        return (code, instruction) -> push(code, drop(code, instruction), value);
    }

    /** Done, and then more. */
    public static BiConsumer<CodeBuilder, Instruction> then(Consumer<CodeBuilder> more) {
        return (code, instruction) -> {
            code.with(instruction);
            more.accept(code);
        };
    }

    /** Something else first. */
    public static BiConsumer<CodeBuilder, Instruction> first(Consumer<CodeBuilder> before) {
        return (code, instruction) -> {
            before.accept(code);
            code.with(instruction);
        };
    }

    /** Done, but its result is said to be this, true for 1, or null. */
    public static BiConsumer<CodeBuilder, Instruction> result(int value) {
        return (code, instruction) -> {
            ClassDesc type = ((InvokeInstruction) instruction).typeSymbol().returnType();
            code.with(instruction);
            pop(code, type);
            push(code, type, value);
        };
    }

    /** A branch that is taken when it should not be, and not when it should. */
    public static BiConsumer<CodeBuilder, Instruction> inverted() {
        return (code, instruction) -> {
            var branch = (BranchInstruction) instruction;
            Label next = code.newLabel();
            code.branch(branch.opcode(), next).goto_(branch.target()).labelBinding(next);
        };
    }

    // ---- pieces of code ----

    /** {@code local[owner].field = true}. */
    public static Consumer<CodeBuilder> setTrue(int local, String owner, String field) {
        return code -> code.aload(local).iconst_1().putfield(type(owner), field, ConstantDescs.CD_boolean);
    }

    /** A type of the engine, by its name below {@code io.anyio}. */
    public static ClassDesc type(String belowRoot) {
        return ClassDesc.of("io.anyio." + belowRoot);
    }

    /** Takes the operands off the stack, and gives the type of the result. */
    private static ClassDesc drop(CodeBuilder code, Instruction instruction) {
        return switch (instruction) {
            case FieldInstruction get
            when get.opcode() == Opcode.GETFIELD -> {
                code.pop();
                yield get.typeSymbol();
            }
            case FieldInstruction put -> {
                pop(code, put.typeSymbol());
                code.pop();
                yield ConstantDescs.CD_void;
            }
            case InvokeInstruction call -> {
                MethodTypeDesc type = call.typeSymbol();
                for (int i = type.parameterCount() - 1; i >= 0; i--) {
                    pop(code, type.parameterType(i));
                }
                if (call.opcode() != Opcode.INVOKESTATIC) {
                    code.pop();
                }
                yield type.returnType();
            }
            case ConstantInstruction constant -> constant.typeKind().upperBound();
            default -> throw new IllegalArgumentException("A mutant cannot leave out " + instruction);
        };
    }

    private static void pop(CodeBuilder code, ClassDesc type) {
        switch (TypeKind.from(type).slotSize()) {
            case 0 -> {}
            case 1 -> code.pop();
            default -> code.pop2();
        }
    }

    private static void push(CodeBuilder code, ClassDesc type, int value) {
        switch (TypeKind.from(type)) {
            case VOID -> {}
            case REFERENCE -> code.aconst_null();
            case LONG -> code.loadConstant((long) value);
            default -> code.loadConstant(value);
        }
    }
}
