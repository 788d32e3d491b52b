package io.anyio.explorer.interleave;

import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LineNumber;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Inserts calls of {@link Hooks} before operations that other threads can see, and in place of those that wait. One
 * instance per method.
 */
final class Instrumenter implements CodeTransform {
    private static final ClassDesc HOOKS = Hooks.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc SITE = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int);
    private static final ClassDesc THREAD = Thread.class.describeConstable().orElseThrow();
    private static final MethodTypeDesc UNSTARTED = MethodTypeDesc.of(
            THREAD,
            Thread.Builder.class.describeConstable().orElseThrow(),
            Runnable.class.describeConstable().orElseThrow());

    /** Methods of shared classes that write nothing, and so order no earlier write. */
    private static final Set<String> ONLY_LOOK =
            Set.of("get", "peek", "isEmpty", "size", "contains", "containsKey", "isDone", "isCancelled", "iterator");

    private final String where; // class.method
    private final boolean constructor;
    private final boolean initializer; // holds a lock of the JVM, so no switch is allowed there
    private int line;

    Instrumenter(String className, MethodModel model) {
        String method = model.methodName().stringValue();
        this.where = className.substring(className.lastIndexOf('.') + 1) + "." + method;
        this.constructor = method.equals(ConstantDescs.INIT_NAME);
        this.initializer = method.equals(ConstantDescs.CLASS_INIT_NAME);
    }

    @Override
    public void accept(CodeBuilder code, CodeElement element) {
        switch (element) {
            case LineNumber number -> {
                line = number.line();
                code.with(number);
            }
            case FieldInstruction access -> field(code, access);
            case InvokeInstruction call -> call(code, call);
            default -> code.with(element);
        }
    }

    private void field(CodeBuilder code, FieldInstruction access) {
        boolean put = access.opcode() == Opcode.PUTFIELD || access.opcode() == Opcode.PUTSTATIC;
        String name = access.name().stringValue();
        FieldKinds.Kind kind = FieldKinds.of(access.owner().asInternalName(), name);
        boolean hooked = kind != FieldKinds.Kind.QUIET && !(put && constructor); // no other thread has the new object
        boolean isVolatile = kind == FieldKinds.Kind.VOLATILE;
        if (hooked) {
            String hook = isVolatile ? put ? "fence" : "point" : "plain";
            hook(code, hook, (put ? "put " : "get ") + name);
        }
        if (hooked && isVolatile && access.opcode() == Opcode.GETFIELD && !initializer) {
            read(code, access, name);
        } else {
            code.with(access);
        }
    }

    /** The thread may have stored a value that others do not see yet. */
    private static void read(CodeBuilder code, FieldInstruction access, String name) {
        ClassDesc type = access.typeSymbol();
        if (type.isPrimitive() && !type.equals(ConstantDescs.CD_boolean)) {
            code.with(access);
            return;
        }
        ClassDesc general = type.isPrimitive() ? type : ConstantDescs.CD_Object;
        code.dup().with(access).loadConstant(name);
        code.invokestatic(
                HOOKS, "read", MethodTypeDesc.of(general, ConstantDescs.CD_Object, general, ConstantDescs.CD_String));
        if (!type.isPrimitive()) {
            code.checkcast(type);
        }
    }

    private void call(CodeBuilder code, InvokeInstruction call) {
        String owner = call.owner().asInternalName();
        String name = call.name().stringValue();
        switch (owner + "." + name) {
            case "java/lang/Thread.onSpinWait" -> hook(code, "spin", "spin");
            case "java/util/concurrent/locks/LockSupport.park",
                    "java/util/concurrent/locks/LockSupport.parkNanos",
                    "java/util/concurrent/locks/LockSupport.unpark",
                    "java/lang/Thread.start",
                    "java/lang/Thread.interrupt" -> {
                var type = call.opcode() == Opcode.INVOKESTATIC
                        ? call.typeSymbol()
                        : call.typeSymbol().insertParameterTypes(0, THREAD);
                code.loadConstant(site(name));
                code.invokestatic(HOOKS, name, type.insertParameterTypes(type.parameterCount(), ConstantDescs.CD_int));
            }
            case "java/lang/Thread$Builder$OfVirtual.unstarted", "java/lang/Thread$Builder$OfPlatform.unstarted" ->
                code.invokestatic(HOOKS, name, UNSTARTED);
            case "java/util/concurrent/CompletableFuture.get" -> get(code, call);
            case "java/lang/System.nanoTime", "java/lang/Boolean.getBoolean" ->
                code.invokestatic(HOOKS, name, call.typeSymbol());
            case "java/lang/invoke/VarHandle.setRelease", "java/lang/invoke/VarHandle.compareAndSet" ->
                access(code, call);
            default -> {
                if (isShared(owner) && !name.equals(ConstantDescs.INIT_NAME)) {
                    hook(code, ONLY_LOOK.contains(name) ? "point" : "fence", simple(owner) + "." + name);
                }
                code.with(call);
            }
        }
    }

    /** In place of a wait for a future. */
    private void get(CodeBuilder code, InvokeInstruction call) {
        if (call.typeSymbol().parameterCount() > 0) { // with a time-out
            hook(code, "fence", "CompletableFuture.get");
            code.with(call);
            return;
        }
        code.loadConstant(site("CompletableFuture.get"));
        code.invokestatic(
                HOOKS,
                "get",
                MethodTypeDesc.of(
                        ConstantDescs.CD_Object,
                        CompletableFuture.class.describeConstable().orElseThrow(),
                        ConstantDescs.CD_int));
    }

    /** In place of an access by handle. */
    private void access(CodeBuilder code, InvokeInstruction call) {
        MethodTypeDesc type = call.typeSymbol().changeParameterType(0, ConstantDescs.CD_Object);
        for (int i = 1; i < type.parameterCount(); i++) {
            if (!type.parameterType(i).isPrimitive()) {
                type = type.changeParameterType(i, ConstantDescs.CD_Object);
            }
        }
        String name = call.name().stringValue();
        code.loadConstant(site("VarHandle." + name));
        code.invokestatic(
                HOOKS,
                name,
                type.insertParameterTypes(0, ConstantDescs.CD_VarHandle)
                        .insertParameterTypes(type.parameterCount() + 1, ConstantDescs.CD_int));
    }

    private static String simple(String owner) {
        return owner.substring(owner.lastIndexOf('/') + 1);
    }

    private static boolean isShared(String owner) {
        return owner.equals("java/lang/invoke/VarHandle")
                || owner.startsWith("java/util/concurrent/atomic/")
                || owner.startsWith("java/util/concurrent/Co"); // Concurrent*, CopyOnWrite*, CompletableFuture
    }

    private void hook(CodeBuilder code, String hook, String operation) {
        if (!initializer) {
            code.loadConstant(site(operation));
            code.invokestatic(HOOKS, hook, SITE);
        }
    }

    private int site(String operation) {
        return SchedulingPoints.number(where + ":" + line + " " + operation);
    }
}
