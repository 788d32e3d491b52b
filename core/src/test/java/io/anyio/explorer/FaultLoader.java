package io.anyio.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import org.jspecify.annotations.Nullable;

/**
 * Loads the library and the explorer once more, with a fault planted into one class. What stands outside of
 * {@code io.anyio} is shared with the parent.
 */
final class FaultLoader extends ClassLoader {
    private final Fault fault;
    private boolean planted;

    FaultLoader(Fault fault) {
        super(FaultLoader.class.getClassLoader());
        this.fault = fault;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.anyio.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        try (InputStream in = getParent().getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            if (name.equals(fault.className())) {
                bytes = fault.plant(bytes);
                planted = true;
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException unreadable) {
            throw new ClassNotFoundException(name, unreadable);
        }
    }

    /** What {@link FaultProbe} finds in here, or null. */
    @Nullable
    String probe(String scenarios, int seeds) throws ReflectiveOperationException {
        Class<?> probe = loadClass(FaultProbe.class.getName());
        var method = probe.getDeclaredMethod("firstFinding", String.class, int.class);
        method.setAccessible(true);
        String found;
        try {
            found = (String) method.invoke(null, scenarios, seeds);
        } catch (InvocationTargetException thrown) {
            throw new AssertionError("The probe failed", thrown.getCause());
        }
        if (!planted) {
            throw new AssertionError(fault.className() + " was never loaded, so no fault was planted");
        }
        return found;
    }
}
