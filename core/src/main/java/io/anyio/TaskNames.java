package io.anyio;

/** The default names of tasks: the name of the class that contains their code. */
final class TaskNames {
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            String name = type.getName();
            int lambda = name.indexOf("$$Lambda");
            return lambda < 0 ? name : name.substring(0, lambda);
        }
    };

    private TaskNames() {}

    /** Returns the name of a class, or of the class that contains a lambda. Computed once for each class. */
    static String of(Class<?> code) {
        return NAMES.get(code);
    }
}
