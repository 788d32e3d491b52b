package io.anyio;

/** A task status that ignores the report. */
enum IgnoredStatus implements TaskStatus<Object> {
    INSTANCE;

    @Override
    public void started(Object value) {}
}
