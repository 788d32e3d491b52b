package io.anyio;

/** The names of tasks that were given none: the class that contains their code. */
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

    /** For a lambda, the class it stands in; found once for each place in the code. */
    static String of(Class<?> code) {
        return NAMES.get(code);
    }
}
