package io.anyio.toy;

import io.anyio.spi.Backend;
import io.anyio.spi.Clock;
import io.anyio.spi.Network;
import java.util.List;
import java.util.Optional;

/** The loop and the network of one run. The components of this record implement the methods of the interface. */
record ToyBackend(String name, String transport, List<ToyLoop> loops, Clock clock, Optional<Network> network)
        implements Backend {

    @Override
    public void close() {
        loops.forEach(ToyLoop::end);
    }
}
