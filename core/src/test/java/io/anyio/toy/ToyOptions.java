package io.anyio.toy;

import io.anyio.spi.Backend;
import io.anyio.spi.BackendOptions;
import io.anyio.spi.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The options of the backend {@code toy}: there are none. */
record ToyOptions(String backend) implements BackendOptions {

    ToyOptions() {
        this("toy");
    }

    @Override
    public Backend open() {
        try {
            var loop = new ToyLoop();
            loop.thread.start();
            return new ToyBackend(backend, "nio", List.of(loop), Clock.system(), Optional.of(new ToyNetwork(loop)));
        } catch (IOException refused) {
            throw new UncheckedIOException("Cannot open an event loop", refused);
        }
    }
}
