package io.anyio.testsuite;

import java.util.ServiceLoader;

/** Looks up the backend under test once. */
final class Announced {
    static final BackendUnderTest INSTANCE = ServiceLoader.load(
                    BackendUnderTest.class, BackendUnderTest.class.getClassLoader())
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("No backend to test. Announce a BackendUnderTest in"
                    + " META-INF/services/" + BackendUnderTest.class.getName()));

    private Announced() {}
}
