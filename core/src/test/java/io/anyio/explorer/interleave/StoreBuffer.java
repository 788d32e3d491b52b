package io.anyio.explorer.interleave;

import java.lang.constant.DynamicConstantDesc;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The stores of a thread with release semantics that others cannot see yet, in order. As in a processor, such a store
 * may become visible after later reads of the same thread. The thread itself sees it.
 */
final class StoreBuffer {
    private static final Map<VarHandle, String> FIELDS = new ConcurrentHashMap<>(); // handles compare by identity

    private final ArrayDeque<Store> pending = new ArrayDeque<>();

    private record Store(
            VarHandle handle, Object of, @Nullable Object value) {
        void show() {
            handle.setVolatile(of, value);
        }

        boolean isTo(Object object, String field) {
            return of == object && field(handle).equals(field);
        }
    }

    void add(VarHandle handle, Object of, @Nullable Object value) {
        pending.add(new Store(handle, of, value));
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /** Makes the oldest store visible, and returns the name of its field. */
    String showOne() {
        Store oldest = pending.remove();
        oldest.show();
        return field(oldest.handle);
    }

    void showAll() {
        while (!pending.isEmpty()) {
            showOne();
        }
    }

    /** Returns the newest value of a field of {@code object}, if there is one; wrapped, because it may be null. */
    Optional<Optional<Object>> of(Object object, String field) {
        for (Iterator<Store> newest = pending.descendingIterator(); newest.hasNext(); ) {
            Store store = newest.next();
            if (store.isTo(object, field)) {
                return Optional.of(Optional.ofNullable(store.value));
            }
        }
        return Optional.empty();
    }

    /** Returns the name of the field of a handle. */
    static String field(VarHandle handle) {
        return FIELDS.computeIfAbsent(
                handle,
                known -> known.describeConstable()
                        .map(DynamicConstantDesc::constantName)
                        .orElseThrow());
    }
}
