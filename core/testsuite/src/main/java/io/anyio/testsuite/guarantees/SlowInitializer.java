package io.anyio.testsuite.guarantees;

import io.anyio.Block;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A loader that defines a class of its own whose initializer waits. Public, as its members are, for that class. */
public final class SlowInitializer extends ClassLoader {
    /** Its initializer waits. */
    public static final class Waits {
        static {
            if (Waits.class.getClassLoader() instanceof SlowInitializer loader) {
                loader.await();
            }
        }

        private Waits() {}
    }

    /** The name of the class. */
    static final String NAME = Waits.class.getName();

    private static final byte[] BYTES = bytesOfWaits();

    private final Block<Exception> waiting;

    public SlowInitializer(Block<Exception> waiting) {
        super(SlowInitializer.class.getClassLoader());
        this.waiting = waiting;
    }

    /** Waits in the initializer of a fresh class. */
    static void initialize(Block<Exception> waiting) throws Exception {
        new SlowInitializer(waiting).need();
    }

    /** Needs the class: initializes it, or waits until another thread has done so. */
    public void need() throws Exception {
        Class.forName(NAME, true, this);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.equals(NAME)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? defineClass(name, BYTES, 0, BYTES.length) : loaded;
        }
    }

    /** Called by the initializer. */
    public void await() {
        try {
            waiting.run();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static byte[] bytesOfWaits() {
        try (var in = SlowInitializer.class.getResourceAsStream("SlowInitializer$Waits.class")) {
            return in.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
