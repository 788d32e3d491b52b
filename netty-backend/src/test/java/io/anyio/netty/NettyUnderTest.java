package io.anyio.netty;

import io.anyio.Block;
import io.anyio.netty.loop.OpenChannelsHere;
import io.anyio.netty.transport.TransportSupport;
import io.anyio.testsuite.BackendUnderTest;
import io.anyio.testsuite.ForeignLoops;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Opens this backend for the test suite. */
public final class NettyUnderTest implements BackendUnderTest {

    /** For the service loader. */
    public NettyUnderTest() {}

    @Override
    public String name() {
        return NettyOptions.BACKEND;
    }

    @Override
    public List<String> transports() {
        return Stream.of(Transport.values())
                .filter(transport -> TransportSupport.whyNot(transport.kind()).isEmpty())
                .map(Transport::label)
                .toList();
    }

    @Override
    public int openChannels() throws Exception {
        return OpenChannelsHere.count();
    }

    @Override
    public void assertNoLeaks() {
        Leaks.install();
        Leaks.assertNone();
    }

    @Override
    public Optional<ForeignLoops> foreignLoops(int count) {
        return Optional.of(new Group(new MultiThreadIoEventLoopGroup(count, NioIoHandler.newFactory())));
    }

    private record Group(EventLoopGroup loops) implements ForeignLoops {
        @Override
        public Attached attach() {
            return new AttachedRuntime(NettyRuntime.attach(loops));
        }

        @Override
        public void close() {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }

    private record AttachedRuntime(NettyRuntime runtime) implements ForeignLoops.Attached {
        @Override
        public void start(Block<?> body) {
            var _ = runtime.start(body);
        }

        @Override
        public void close() {
            runtime.close();
        }
    }
}
