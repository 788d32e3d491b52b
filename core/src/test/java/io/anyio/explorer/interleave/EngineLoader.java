package io.anyio.explorer.interleave;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads the engine afresh, with scheduling points and perhaps a {@link Mutant}, and what shall run on it.
 *
 * <p>Everything below {@code io.anyio} comes from here, but for the explorer itself; the engine is transformed, tests
 * and programs are not.
 */
public final class EngineLoader extends ClassLoader {
    private static final String MACHINE = "io.anyio.explorer.interleave.";
    private static final Map<String, byte[]> SOUND = new ConcurrentHashMap<>(); // transformed, without faults

    private final @Nullable Mutant mutant;

    private EngineLoader(@Nullable Mutant mutant) {
        super("engine", EngineLoader.class.getClassLoader());
        this.mutant = mutant;
    }

    /** The engine as it is. */
    public static EngineLoader sound() {
        return prepared(new EngineLoader(null));
    }

    /** The engine with a mistake. */
    public static EngineLoader with(Mutant mutant) {
        return prepared(new EngineLoader(mutant));
    }

    /** Initializes every class, because a thread that is preempted in an initializer would block others for real. */
    private static EngineLoader prepared(EngineLoader loader) {
        try {
            Path root = Path.of(Hooks.class
                    .getClassLoader()
                    .loadClass("io.anyio.AnyIO")
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            try (Stream<Path> files = Files.walk(root.resolve("io/anyio"))) {
                for (Path file : files.filter(file -> file.toString().endsWith(".class"))
                        .sorted()
                        .toList()) {
                    String path = root.relativize(file).toString();
                    String name =
                            path.substring(0, path.length() - ".class".length()).replace('/', '.');
                    if (!name.endsWith("package-info")) {
                        Class.forName(name, true, loader);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        return loader;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.anyio.") || (name.startsWith(MACHINE) && !name.startsWith(MACHINE + "program."))) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                if (getResource(name.replace('.', '/') + ".class") == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = bytes(name);
                loaded = defineClass(name, bytes, 0, bytes.length);
            }
            return loaded;
        }
    }

    private byte[] bytes(String name) {
        String internalName = name.replace('.', '/');
        if (name.startsWith("io.anyio.explorer.")) {
            return FieldKinds.bytes(internalName);
        }
        Mutant planted = mutant;
        if (planted != null && planted.concerns(name)) {
            planted.checkMethods(FieldKinds.model(internalName));
            return transform(FieldKinds.model(internalName), planted);
        }
        return SOUND.computeIfAbsent(internalName, sound -> transform(FieldKinds.model(sound), null));
    }

    private static byte[] transform(ClassModel model, @Nullable Mutant planted) {
        String internalName = model.thisClass().asInternalName();
        ClassTransform perMethod = (type, element) -> {
            if (element instanceof MethodModel method && method.code().isPresent()) {
                String name = method.methodName().stringValue();
                CodeTransform change = new Instrumenter(internalName, name);
                if (planted != null && !method.flags().has(AccessFlag.BRIDGE)) {
                    change = planted.in(
                                    internalName.replace('/', '.'),
                                    name,
                                    method.methodTypeSymbol().parameterCount())
                            .andThen(change);
                }
                type.transformMethod(method, MethodTransform.transformingCode(change));
            } else {
                type.with(element);
            }
        };
        return ClassFile.of().transformClass(model, perMethod);
    }
}
