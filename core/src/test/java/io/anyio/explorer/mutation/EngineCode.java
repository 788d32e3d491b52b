package io.anyio.explorer.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The code of the engine, with instructions inserted into its methods, and with a {@link Mutant} where one is wanted.
 * Each class is transformed once, however many loaders use it.
 */
public final class EngineCode {
    private static final List<String> TESTS = List.of("io.anyio.explorer.", "io.anyio.steps.");
    private static final Map<String, ClassModel> MODELS = new ConcurrentHashMap<>();

    private final Predicate<String> shared;
    private final Instrumentation instrumentation;
    private final Map<String, byte[]> sound = new ConcurrentHashMap<>(); // by class name; without mutants

    /** Inserts instructions into the methods of the engine. */
    public interface Instrumentation {
        /** Returns the change of one method. */
        CodeTransform of(String className, MethodModel method);
    }

    private EngineCode(Predicate<String> shared, Instrumentation instrumentation) {
        this.shared = shared;
        this.instrumentation = instrumentation;
    }

    /** Returns the code as it is. */
    public static EngineCode plain() {
        return new EngineCode(_ -> false, (_, _) -> CodeTransform.ACCEPT_ALL);
    }

    /**
     * Returns the code with an instrumentation.
     *
     * @param shared the classes of the library and its tests that loaders take from their parent, by name
     */
    public static EngineCode instrumented(Predicate<String> shared, Instrumentation instrumentation) {
        return new EngineCode(shared, instrumentation);
    }

    /** Returns a loader for this code without a mutant. */
    public EngineLoader load() {
        return new EngineLoader(this, null);
    }

    /** Returns a loader for this code with a mutant. */
    public EngineLoader load(Mutant mutant) {
        return new EngineLoader(this, mutant);
    }

    boolean isShared(String className) {
        return !className.startsWith("io.anyio.") || shared.test(className);
    }

    byte[] bytes(String className, @Nullable Mutant mutant) {
        if (TESTS.stream().anyMatch(className::startsWith)) {
            return bytes(className);
        }
        return mutant != null && mutant.concerns(className)
                ? transform(className, mutant)
                : sound.computeIfAbsent(className, name -> transform(name, null));
    }

    private byte[] transform(String className, @Nullable Mutant mutant) {
        Mutant.Planting planting = mutant == null ? null : mutant.in(className);
        ClassTransform perMethod = (type, element) -> {
            if (element instanceof MethodModel method && method.code().isPresent()) {
                CodeTransform change = instrumentation.of(className, method);
                if (planting != null) {
                    change = planting.of(method).andThen(change);
                }
                type.transformMethod(method, MethodTransform.transformingCode(change));
            } else {
                type.with(element);
            }
        };
        byte[] bytes = ClassFile.of().transformClass(model(className), perMethod);
        if (planting != null) {
            planting.checkComplete();
        }
        return bytes;
    }

    /** Returns the class file of a class, as it was compiled. */
    public static ClassModel model(String className) {
        return MODELS.computeIfAbsent(className, name -> ClassFile.of().parse(bytes(name)));
    }

    private static byte[] bytes(String className) {
        try (InputStream in = EngineCode.class.getClassLoader().getResourceAsStream(EngineLoader.file(className))) {
            if (in == null) {
                throw new IllegalArgumentException("There is no class " + className);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
