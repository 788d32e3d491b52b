package io.anyio.explorer;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.util.function.BiPredicate;

/**
 * A fault for the explorer to find: a few instructions of one method that are replaced while its class is loaded.
 *
 * @param what what goes wrong
 * @param className the class
 * @param method its method
 * @param scenarios part of the names of the scenarios that are to find it
 * @param patch what is replaced
 */
record Fault(String what, String className, String method, String scenarios, Patch patch) {

    /** Replaces one instruction; gives whether it did. */
    interface Patch extends BiPredicate<CodeBuilder, CodeElement> {}

    byte[] plant(byte[] bytes) {
        boolean[] planted = {false};
        CodeTransform code = (builder, element) -> {
            if (patch.test(builder, element)) {
                planted[0] = true;
            } else {
                builder.with(element);
            }
        };
        ClassModel model = ClassFile.of().parse(bytes);
        byte[] changed = ClassFile.of().transformClass(model, (builder, element) -> {
            if (element instanceof java.lang.classfile.MethodModel found
                    && found.methodName().equalsString(method)) {
                builder.transformMethod(found, java.lang.classfile.MethodTransform.transformingCode(code));
            } else {
                builder.with(element);
            }
        });
        if (!planted[0]) {
            throw new AssertionError(what + ": nothing to replace in " + className + "." + method);
        }
        return changed;
    }

    // ---- patches ----

    /** Leaves a call out; where it would give a value it gives 0, false or null. */
    static Patch withoutCall(String name) {
        return withoutCall(name, 0);
    }

    /** Leaves a call out, which gives this int or boolean instead. */
    static Patch withoutCall(String name, int instead) {
        return (builder, element) -> {
            if (!(element instanceof InvokeInstruction call) || !call.name().equalsString(name)) {
                return false;
            }
            var type = call.typeSymbol();
            for (int i = type.parameterCount() - 1; i >= 0; i--) {
                pop(builder, type.parameterType(i));
            }
            if (call.opcode() != Opcode.INVOKESTATIC) {
                builder.pop();
            }
            push(builder, type.returnType(), instead);
            return true;
        };
    }

    /** Makes a call, but goes on with this int, boolean or null in place of its result. */
    static Patch resultOf(String name, int instead) {
        return (builder, element) -> {
            if (!(element instanceof InvokeInstruction call) || !call.name().equalsString(name)) {
                return false;
            }
            builder.with(element);
            pop(builder, call.typeSymbol().returnType());
            push(builder, call.typeSymbol().returnType(), instead);
            return true;
        };
    }

    /** Leaves a write of a field of the object out. */
    static Patch withoutWrite(String field) {
        return (builder, element) -> {
            if (!(element instanceof FieldInstruction write)
                    || write.opcode() != Opcode.PUTFIELD
                    || !write.name().equalsString(field)) {
                return false;
            }
            pop(builder, write.typeSymbol());
            builder.pop();
            return true;
        };
    }

    /** Reads this int or boolean in place of a field of the object. */
    static Patch readOf(String field, int instead) {
        return (builder, element) -> {
            if (!(element instanceof FieldInstruction read)
                    || read.opcode() != Opcode.GETFIELD
                    || !read.name().equalsString(field)) {
                return false;
            }
            builder.pop();
            push(builder, read.typeSymbol(), instead);
            return true;
        };
    }

    /** Both of them, in one method. */
    static Patch both(Patch one, Patch other) {
        return (builder, element) -> one.test(builder, element) || other.test(builder, element);
    }

    /** Replaces the {@code number}-th small constant, counted from 1. */
    static Patch constant(int number, int instead) {
        int[] seen = {0};
        return (builder, element) -> {
            if (!(element instanceof ConstantInstruction constant)
                    || !(constant.constantValue() instanceof Integer)
                    || ++seen[0] != number) {
                return false;
            }
            builder.loadConstant(instead);
            return true;
        };
    }

    /** Turns the {@code number}-th branch on a condition, counted from 1, into its opposite. */
    static Patch inverted(int number) {
        int[] seen = {0};
        return (builder, element) -> {
            if (!(element instanceof BranchInstruction branch)
                    || branch.opcode() == Opcode.GOTO
                    || ++seen[0] != number) {
                return false;
            }
            var next = builder.newLabel();
            builder.branch(branch.opcode(), next);
            builder.goto_(branch.target());
            builder.labelBinding(next);
            return true;
        };
    }

    private static void pop(CodeBuilder builder, ClassDesc type) {
        switch (TypeKind.from(type)) {
            case VOID -> {}
            case LONG, DOUBLE -> builder.pop2();
            default -> builder.pop();
        }
    }

    private static void push(CodeBuilder builder, ClassDesc type, int value) {
        switch (TypeKind.from(type)) {
            case VOID -> {}
            case REFERENCE -> builder.aconst_null();
            case LONG -> builder.loadConstant((long) value);
            default -> builder.loadConstant(value);
        }
    }
}
