package io.anyio.steps;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;

/** Loads the library once more, with a call of {@link Steps#count} at the beginning of each method. */
final class StepLoader extends ClassLoader {
    private static final ClassDesc STEPS = Steps.class.describeConstable().orElseThrow();

    StepLoader() {
        super(StepLoader.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.anyio.") || name.equals(Steps.class.getName())) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = name.startsWith("io.anyio.steps.") ? in.readAllBytes() : counting(in.readAllBytes());
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }

    private static byte[] counting(byte[] bytes) {
        ClassTransform everyMethod = (type, element) -> {
            if (element instanceof MethodModel method
                    && method.code().isPresent()
                    && !method.methodName().equalsString(ConstantDescs.INIT_NAME)) {
                type.transformMethod(method, MethodTransform.transformingCode(new Counting()));
            } else {
                type.with(element);
            }
        };
        ClassFile classFile = ClassFile.of();
        return classFile.transformClass(classFile.parse(bytes), everyMethod);
    }

    private static final class Counting implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            code.invokestatic(STEPS, "count", MethodTypeDesc.of(ConstantDescs.CD_void));
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
