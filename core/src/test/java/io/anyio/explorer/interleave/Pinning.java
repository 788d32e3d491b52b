package io.anyio.explorer.interleave;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/** Keeps the current virtual thread on its carrier, so that what blocks the one blocks the other. */
final class Pinning {
    private static final MethodHandle PIN;
    private static final MethodHandle UNPIN;

    static {
        try {
            // with java.lang open, a module can be told to export more
            MethodHandles.privateLookupIn(Module.class, MethodHandles.lookup())
                    .findVirtual(
                            Module.class, "implAddExportsToAllUnnamed", MethodType.methodType(void.class, String.class))
                    .invoke(Object.class.getModule(), "jdk.internal.vm");
            Class<?> continuation = Class.forName("jdk.internal.vm.Continuation");
            var lookup = MethodHandles.lookup();
            PIN = lookup.findStatic(continuation, "pin", MethodType.methodType(void.class));
            UNPIN = lookup.findStatic(continuation, "unpin", MethodType.methodType(void.class));
        } catch (Throwable e) { // what method handles throw
            throw new ExceptionInInitializerError(e);
        }
    }

    private Pinning() {}

    /** Looks up what is needed, while nothing depends on it. */
    static void prepare() {
        // the initializer does it
    }

    static void pin() {
        call(PIN);
    }

    static void unpin() {
        call(UNPIN);
    }

    private static void call(MethodHandle handle) {
        try {
            handle.invokeExact();
        } catch (Throwable e) { // what method handles throw
            throw new IllegalStateException(e);
        }
    }
}
