package io.anyio.explorer.interleave;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The words that faults are written in: which instruction, and what instead. */
public final class Mutations {
    private static final ClassDesc LOOSE =
            NonAtomicCas.class.describeConstable().orElseThrow();

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

    // ---- what instead ----

    /** Not done; where a value is expected, there is 0 or null. */
    public static BiConsumer<CodeBuilder, Instruction> nothing() {
        return (code, instruction) -> {
            ClassDesc result = drop(code, instruction);
            if (result.isPrimitive()) {
                if (!result.equals(ConstantDescs.CD_void)) {
                    code.iconst_0();
                }
            } else {
                code.aconst_null();
            }
        };
    }

    /** Not done; the result is said to be this, or true for 1. */
    public static BiConsumer<CodeBuilder, Instruction> constant(int value) {
        return (code, instruction) -> {
            drop(code, instruction);
            code.loadConstant(value);
        };
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

    /** A CAS that is none: a look, and then a write. */
    public static BiConsumer<CodeBuilder, Instruction> nonAtomicCas() {
        return (code, instruction) -> {
            boolean ints = ((InvokeInstruction) instruction)
                    .typeSymbol()
                    .parameterType(1)
                    .isPrimitive();
            ClassDesc value = ints ? ConstantDescs.CD_int : ConstantDescs.CD_Object;
            code.invokestatic(
                    LOOSE,
                    "compareAndSet",
                    MethodTypeDesc.of(
                            ConstantDescs.CD_boolean,
                            ConstantDescs.CD_VarHandle,
                            ConstantDescs.CD_Object,
                            value,
                            value));
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
            default -> throw new IllegalArgumentException("A mutant cannot leave out " + instruction);
        };
    }

    private static void pop(CodeBuilder code, ClassDesc type) {
        if (TypeKind.from(type).slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }
}
