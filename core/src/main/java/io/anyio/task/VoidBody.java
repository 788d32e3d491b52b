package io.anyio.task;

import io.anyio.Block;
import io.anyio.ValueBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Adapts code without a value to code with one. The task is named after the code, not after this class. */
record VoidBody(Block<?> code) implements ValueBlock<@Nullable Void, Exception> {

    /** Adapts all bodies. None may be null. */
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
