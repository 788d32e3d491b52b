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
 * What a thread has stored with a release and others cannot see yet, in its order: as in a processor, where such a
 * store may become visible after later reads of the same thread. The thread itself sees it.
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

    /** The oldest becomes visible; gives which field that is. */
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

    /** The newest value of a field of {@code object}, if there is one: a wrapped one, for it may be null. */
    Optional<Optional<Object>> of(Object object, String field) {
        for (Iterator<Store> newest = pending.descendingIterator(); newest.hasNext(); ) {
            Store store = newest.next();
            if (store.isTo(object, field)) {
                return Optional.of(Optional.ofNullable(store.value));
            }
        }
        return Optional.empty();
    }

    /** The name of the field that a handle is for. */
    static String field(VarHandle handle) {
        return FIELDS.computeIfAbsent(
                handle,
                known -> known.describeConstable()
                        .map(DynamicConstantDesc::constantName)
                        .orElseThrow());
    }
}
