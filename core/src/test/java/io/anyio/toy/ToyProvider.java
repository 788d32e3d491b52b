package io.anyio.toy;

import io.anyio.spi.BackendOptions;
import io.anyio.spi.BackendProvider;
import java.util.Map;

/** The backend {@code toy} for {@link java.util.ServiceLoader}. */
public record ToyProvider(String name) implements BackendProvider {

    /** For the service loader. */
    public ToyProvider() {
        this("toy");
    }

    @Override
    public BackendOptions options(Map<String, ?> options) {
        if (!options.isEmpty()) {
            throw new IllegalArgumentException("The backend toy has no options such as " + options.keySet());
        }
        return new ToyOptions();
    }
}
