package io.anyio.task;

import io.anyio.Block;
import io.anyio.ValueBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Code without a value where code with one is expected; its task is named after the code, not after this. */
record VoidBody(Block<?> code) implements ValueBlock<@Nullable Void, Exception> {

    /** All of them, none of which may be null. */
    static List<VoidBody> of(Block<?>... bodies) {
        List<VoidBody> adapted = new ArrayList<>(bodies.length);
        for (Block<?> body : bodies) {
            adapted.add(new VoidBody(Objects.requireNonNull(body, "body")));
        }
        return adapted;
    }

    @Override
    public @Nullable Void call() throws Exception {
        code.run();
        return null;
    }
}
