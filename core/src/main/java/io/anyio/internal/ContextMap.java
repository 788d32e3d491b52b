package io.anyio.internal;

import java.util.Arrays;
import java.util.StringJoiner;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map of the context values of a task, or of the values of a run. A child task shares the map of its
 * parent at no cost. The few entries are searched sequentially.
 */
public final class ContextMap extends ContextValues {
    public static final ContextMap EMPTY = new ContextMap(new Object[0]);

    private final @Nullable Object[] entries; // variable, value, variable, value...

    private ContextMap(@Nullable Object[] entries) {
        this.entries = entries;
    }

    public int indexOf(Object variable) {
        for (int i = 0; i < entries.length; i += 2) {
            if (entries[i] == variable) {
                return i + 1;
            }
        }
        return -1;
    }

    public @Nullable Object valueAt(int index) {
        return entries[index];
    }

    @Override
    public ContextMap map() {
        return this;
    }

    @Override
    public ContextMap with(Object variable, @Nullable Object value) {
        int at = indexOf(variable);
        @Nullable Object[] changed = Arrays.copyOf(entries, at < 0 ? entries.length + 2 : entries.length);
        if (at < 0) {
            at = entries.length + 1;
            changed[at - 1] = variable;
        }
        changed[at] = value;
        return new ContextMap(changed);
    }

    @Override
    public ContextMap without(Object variable) {
        int at = indexOf(variable);
        if (at < 0) {
            return this;
        }
        @Nullable Object[] changed = Arrays.copyOf(entries, entries.length - 2);
        System.arraycopy(entries, at + 1, changed, at - 1, entries.length - at - 1);
        return new ContextMap(changed);
    }

    void forEachValue(Consumer<@Nullable Object> action) {
        for (int i = 1; i < entries.length; i += 2) {
            action.accept(entries[i]);
        }
    }

    @Override
    public String toString() {
        var text = new StringJoiner(", ", "[", "]");
        for (int i = 0; i < entries.length; i += 2) {
            text.add(String.valueOf(entries[i])); // not the values, which may be secret
        }
        return text.toString();
    }
}
