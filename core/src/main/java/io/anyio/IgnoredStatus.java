package io.anyio;

/** The status that nobody waits for. */
enum IgnoredStatus implements TaskStatus<Object> {
    INSTANCE;

    @Override
    public void started(Object value) {}
}
