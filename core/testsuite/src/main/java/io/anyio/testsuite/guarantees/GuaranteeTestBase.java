package io.anyio.testsuite.guarantees;

import io.anyio.AnyIO;
import io.anyio.Block;
import io.anyio.testsuite.Transport;
import java.util.stream.Stream;

/** Base of the tests of guarantees on every transport of the backend under test. */
abstract class GuaranteeTestBase extends BoundedTestBase {

    static Stream<Transport> transports() {
        return Transport.available();
    }

    /** Runs {@code main} on one loop of this transport, in bounded time. */
    static void run(Transport transport, Block<Exception> main) throws Exception {
        bounded(() -> {
            AnyIO.run(main, transport.options());
            return null;
        });
    }
}
