package io.anyio.testsuite.guarantees;

import io.anyio.AnyIO;
import io.anyio.testsuite.BackendUnderTest;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Enumeration;

/**
 * A copy of the library in its own class loader, as some hosts load it. The libraries below it are shared with the
 * test.
 */
public final class IsolatedLoader extends URLClassLoader {
    private IsolatedLoader(Class<?>... neighbours) {
        super(
                "isolated",
                Arrays.stream(neighbours)
                        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                        .distinct()
                        .toArray(URL[]::new),
                IsolatedLoader.class.getClassLoader());
    }

    /** Returns a copy of the library, its backend, and the tests. */
    public static IsolatedLoader library() {
        return new IsolatedLoader(
                AnyIO.class,
                BackendUnderTest.get().options().getClass(),
                BackendUnderTest.get().getClass(),
                IsolatedLoader.class);
    }

    /** Returns a copy without the backend. */
    public static IsolatedLoader core() {
        return new IsolatedLoader(AnyIO.class, IsolatedLoader.class);
    }

    /** Returns a new instance of this copy's class of the same name. */
    @SuppressWarnings("unchecked")
    public <T> T make(Class<? extends T> type, Class<T> as) throws ReflectiveOperationException {
        var constructor = loadClass(type.getName()).getDeclaredConstructor();
        constructor.setAccessible(true);
        return as.cast(constructor.newInstance());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith("io.anyio.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known != null ? known : findClass(name);
        }
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return name.startsWith("META-INF/services/io.anyio.") ? findResources(name) : super.getResources(name);
    }
}
