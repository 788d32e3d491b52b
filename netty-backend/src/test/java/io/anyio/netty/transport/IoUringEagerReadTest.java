package io.anyio.netty.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.anyio.AnyIO;
import io.anyio.net.SocketListener;
import io.anyio.net.SocketStream;
import io.anyio.net.Tcp;
import io.anyio.netty.CountedBuffers;
import io.anyio.netty.NettyTestBase;
import io.anyio.netty.Transport;
import org.junit.jupiter.api.Test;

/** Tests that io_uring reads before there is anything, so that a reset at once is noticed. */
class IoUringEagerReadTest extends NettyTestBase {

    /** A silent connection has no buffer unless it reads. */
    @Test
    void ioUringReadsBeforeThereIsAnything() throws Exception {
        assumeTrue(TransportSupport.whyNot(TransportKind.IO_URING).isEmpty());
        var buffers = new CountedBuffers();
        AnyIO.run(
                () -> {
                    try (SocketListener listener = Tcp.listen(HOST, 0);
                            SocketStream ours = Tcp.connect(HOST, listener.port());
                            SocketStream theirs = listener.accept()) {
                        assertThat(ours.remoteAddress()).isEqualTo(theirs.localAddress());
                        while (buffers.accepted() == 0 || buffers.connected() == 0) {
                            AnyIO.checkpoint();
                        }
                    }
                },
                buffers.options(Transport.IO_URING));
        assertThat(buffers.accepted()).isZero();
        assertThat(buffers.connected()).isZero();
    }
}
