package io.anyio.jdk;

import io.anyio.lowlevel.CurrentNetwork;
import io.anyio.testsuite.BackendUnderTest;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Opens this backend for the test suite. */
public final class JdkUnderTest implements BackendUnderTest {

    /** For the service loader. */
    public JdkUnderTest() {}

    @Override
    public String name() {
        return JdkOptions.BACKEND;
    }

    @Override
    public List<String> transports() {
        return List.of(JdkBackend.TRANSPORT);
    }

    @Override
    public boolean worksAhead() {
        return false;
    }

    @Override
    public int openChannels() throws Exception {
        JdkLoopDriver first = ((JdkNetwork) CurrentNetwork.get("test")).loops().getFirst();
        return CompletableFuture.supplyAsync(first.open()::size, first.loop()).get();
    }
}
