package io.anyio.explorer.mutation;

import org.jspecify.annotations.Nullable;

/** Loads the library, and the tests that run on it, once more. All else is shared with the parent. */
public final class EngineLoader extends ClassLoader {
    private final EngineCode code;
    private final @Nullable Mutant mutant;

    EngineLoader(EngineCode code, @Nullable Mutant mutant) {
        super("engine", EngineLoader.class.getClassLoader());
        this.code = code;
        this.mutant = mutant;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (code.isShared(name)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            if (loaded == null) {
                if (getResource(file(name)) == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = code.bytes(name, mutant);
                loaded = defineClass(name, bytes, 0, bytes.length);
            }
            return loaded;
        }
    }

    static String file(String className) {
        return className.replace('.', '/') + ".class";
    }

    /** Fails if a class of the mutant was never loaded, so that it was not planted. */
    public void checkPlanted() {
        if (mutant != null) {
            for (String name : mutant.classes()) {
                if (findLoadedClass(name) == null) {
                    throw new AssertionError("'" + mutant + "' was not planted: " + name + " was never loaded");
                }
            }
        }
    }
}
