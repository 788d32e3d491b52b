package io.anyio.testsuite.conformance;

/** A test method, identified by its names. */
record TestId(String type, String method) implements Comparable<TestId> {
    private static final String SUITE = "io.anyio.testsuite.";

    /** Returns the class name without the package. */
    String simpleType() {
        return type.substring(type.lastIndexOf('.') + 1);
    }

    /** The path of its source, relative to {@code docs/reference}. */
    String source() {
        String folder = type.startsWith(SUITE) ? "core/testsuite/src/main/java/" : "netty-backend/src/test/java/";
        return "../../" + folder + type.replace('.', '/') + ".java";
    }

    @Override
    public int compareTo(TestId other) {
        int byType = simpleType().compareTo(other.simpleType());
        return byType != 0 ? byType : method.compareTo(other.method);
    }

    @Override
    public String toString() {
        return type + "#" + method;
    }
}
