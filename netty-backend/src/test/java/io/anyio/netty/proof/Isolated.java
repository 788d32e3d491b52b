package io.anyio.netty.proof;

import io.anyio.AnyIO;
import io.anyio.netty.NettyOptions;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Arrays;
import java.util.Enumeration;

/** A copy of the library, as a host has one that loads it with a class loader of its own. Netty is the test's. */
public final class Isolated extends URLClassLoader {
    private Isolated(Class<?>... neighbours) {
        super(
                "isolated",
                Arrays.stream(neighbours)
                        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                        .distinct()
                        .toArray(URL[]::new),
                Isolated.class.getClassLoader());
    }

    /** The library and its backend on Netty, and these tests. */
    public static Isolated library() {
        return new Isolated(AnyIO.class, NettyOptions.class, Isolated.class);
    }

    /** The same without the backend on Netty. */
    public static Isolated core() {
        return new Isolated(AnyIO.class, Isolated.class);
    }

    /** A new instance of this copy's class of the same name. */
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
