package io.anyio.netty;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2DataFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2Settings;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the peer of a stream of HTTP/2 learns of the room that a task has made, with a client of plain sockets.
 */
class Http2WindowTest extends AttachedServerTestBase {
    private static final int WINDOW = 126; // bytes: a stream of messages with one byte each pauses at the last one

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int ACK = 1;
    private static final int END_STREAM = 1;
    private static final int END_HEADERS = 4;

    /** Requests more after each read, as handlers may, so that a read is under way when the task has made room. */
    private static final class ReadsAhead extends ChannelInboundHandlerAdapter {
        @Override
        public void channelReadComplete(ChannelHandlerContext context) {
            context.fireChannelReadComplete();
            if (context.channel().config().isAutoRead()) {
                context.read();
            }
        }
    }

    private record Frame(int type, int flags, int stream, String payload) {
        void writeTo(DataOutputStream out) throws IOException {
            out.writeByte(payload.length() >> 16);
            out.writeShort(payload.length());
            out.writeByte(type);
            out.writeByte(flags);
            out.writeInt(stream);
            out.write(payload.getBytes(ISO_8859_1));
        }

        static Frame read(DataInputStream in) throws IOException {
            int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
            return new Frame(
                    in.readUnsignedByte(),
                    in.readUnsignedByte(),
                    in.readInt(),
                    new String(in.readNBytes(length), ISO_8859_1));
        }

        static Frame await(DataInputStream in, int type, int stream) throws IOException {
            Frame frame = read(in);
            while (frame.type != type || frame.stream != stream) {
                frame = read(in);
            }
            return frame;
        }
    }

    private static final Frame GET = new Frame(HEADERS, END_HEADERS, 1, "\u0082\u0084\u0086");

    private static void send(Socket socket, String preface, Frame... frames) throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.write(preface.getBytes(US_ASCII));
        for (Frame frame : frames) {
            frame.writeTo(out);
        }
        socket.getOutputStream().write(bytes.toByteArray()); // at once, so that they are read together
    }

    private static Frame[] data(int count) {
        var frames = new Frame[count];
        for (int i = 0; i < count; i++) {
            frames[i] = new Frame(DATA, 0, 1, "x");
        }
        return frames;
    }

    private static void serve(MessageStream stream) {
        stream.receive(Http2HeadersFrame.class);
        stream.send(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().status("200")));
        while (stream.channel().config().isAutoRead()) { // until it is paused
            AnyIO.sleep(Duration.ofMillis(1));
        }
        while (!stream.receive(Http2DataFrame.class).isEndStream()) {
            // the next one
        }
        stream.send(new DefaultHttp2HeadersFrame(new DefaultHttp2Headers().add("x", "y"), true));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void roomIsAnnouncedWhileAReadIsUnderWay(Transport transport) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, 1));
        var handler = runtime.handler(Http2WindowTest::serve);
        var initializer = new ChannelInitializer<Channel>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.config()
                        .setRecvByteBufAllocator(new FixedRecvByteBufAllocator(1).maxMessagesPerRead(2 * WINDOW));
                stream.pipeline().addLast(new ReadsAhead(), handler);
            }
        };
        int port = serve(
                transport,
                channel -> channel.pipeline()
                        .addLast(
                                Http2FrameCodecBuilder.forServer()
                                        .initialSettings(
                                                Http2Settings.defaultSettings().initialWindowSize(WINDOW))
                                        .build(),
                                new Http2MultiplexHandler(initializer)));
        try (Socket socket = connect(port)) {
            socket.setSoTimeout(10_000);
            var in = new DataInputStream(socket.getInputStream());
            send(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", new Frame(SETTINGS, 0, 0, ""));
            var _ = Frame.await(in, SETTINGS, 0);
            send(socket, "", new Frame(SETTINGS, ACK, 0, ""), GET); // with the ACK the window is valid
            var _ = Frame.await(in, HEADERS, 1);
            send(socket, "", data(WINDOW));
            var _ = Frame.await(in, WINDOW_UPDATE, 1);
            send(socket, "", new Frame(DATA, END_STREAM, 1, "x"));
            assertThat(Frame.await(in, HEADERS, 1).flags & END_STREAM).isEqualTo(END_STREAM);
        }
        runtime.close();
    }
}
