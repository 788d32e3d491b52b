package io.anyio.net;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.lowlevel.Checkpoints;
import io.anyio.lowlevel.OpenResources;
import io.anyio.lowlevel.StackSpace;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.resource.ResourceGuard;
import io.anyio.spi.ByteTransport;
import io.anyio.stream.ByteStream;
import io.anyio.stream.EndOfStreamException;
import java.io.IOException;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection. AnyIO: {@code SocketStream}.
 *
 * <pre>{@code
 * try (var stream = Tcp.connect("example.org", 80)) {
 *     stream.send("GET / HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
 *     System.out.write(stream.receive());
 * }
 * }</pre>
 *
 * <p>Methods that receive, send or flush are checkpoints, for tasks only, and admit one task per direction at a time.
 * All other methods may be called from any thread. After the stream was closed on this side, every use of it reports
 * that, whatever else happened to it before.
 *
 * <p>Memory: a connection from which no task receives holds a few dozen KiB that were read ahead, however much the
 * other side offers. There is one exception. On epoll and io_uring, when the other side ends its sending, everything
 * that the system has received by then is read immediately. That is never more than the connection's receive buffer,
 * whose size the system sets (on Linux {@code net.ipv4.tcp_rmem}, whose third value is the maximum).
 */
public final class SocketStream implements ByteStream {
    private static final VarHandle CLOSED = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "closed", VarHandle.class, SocketStream.class, boolean.class);

    private static final String SEND = "send to a socket";

    private final ByteTransport transport;
    private final ResourceGuard receiving = ResourceGuard.create("receiving from");
    private final ResourceGuard sending = ResourceGuard.create("sending to");
    private volatile boolean closed; // set once, by any thread
    private volatile boolean eofSent; // guarded by sending
    private volatile boolean cut; // guarded by sending
    private final OpenResources.@Nullable Entry open = OpenResources.opened("SocketStream");

    SocketStream(ByteTransport transport) {
        this.transport = transport;
    }

    @Override
    public byte[] receive(int max) {
        if (max < 1) {
            throw new IllegalArgumentException("The number of bytes to receive must be at least 1, not " + max);
        }
        try (var _ = receiving.enter()) {
            Checkpoints.fast("receive from a socket");
            checkOpen();
            byte[] bytes = transport.receive(max);
            if (bytes == null) {
                throw new EndOfStreamException();
            }
            return bytes;
        } catch (IOException failure) {
            throw closedOrBroken("receive", failure);
        }
    }

    @Override
    public int receive(ByteBuffer target) {
        if (target.isReadOnly()) {
            throw new IllegalArgumentException("Cannot receive into a read-only buffer");
        }
        if (!target.hasRemaining()) {
            throw new IllegalArgumentException("Cannot receive into a full buffer; clear() or compact() it first");
        }
        try (var _ = receiving.enter()) {
            Checkpoints.fast("receive from a socket");
            checkOpen();
            int count = transport.receive(target);
            if (count < 0) {
                throw new EndOfStreamException();
            }
            return count;
        } catch (IOException failure) {
            throw closedOrBroken("receive", failure);
        }
    }

    @Override
    public void send(byte[] bytes) {
        send(ByteBuffer.wrap(bytes), true);
    }

    /**
     * Sends all of {@code bytes}; see {@link io.anyio.stream.ByteSendStream#send(ByteBuffer)}. Waits while much of what
     * was sent before has not reached the operating system yet. The bytes it takes are copied, so the buffer may be
     * reused immediately. They go out together with what this and other tasks send before the loop turns to I/O again.
     */
    @Override
    public void send(ByteBuffer bytes) {
        send(bytes, false);
    }

    private void send(ByteBuffer bytes, boolean whole) {
        int from = bytes.position();
        try (var _ = sending.enter()) {
            Checkpoints.ifCancelled(SEND);
            checkCanSend();
            try {
                while (bytes.hasRemaining()) {
                    transport.write(bytes);
                }
            } catch (Cancelled c) {
                cut |= whole && bytes.position() > from;
                throw c;
            }
            Checkpoints.fastShielded(SEND); // last: the answer is on its way while other tasks run
        } catch (IOException failure) {
            throw closedOrBroken("send", failure);
        }
    }

    /**
     * Waits until everything sent so far has been handed to the operating system. A checkpoint.
     *
     * @throws BrokenResourceException when the connection broke
     * @throws ClosedResourceException when the stream was closed on this side
     * @throws io.anyio.resource.BusyResourceException when another task is sending
     */
    public void flush() {
        try (var _ = sending.enter()) {
            Checkpoints.fast("flush a socket");
            checkOpen();
            checkNotCut();
            transport.flush();
        } catch (IOException failure) {
            throw closedOrBroken("flush", failure);
        }
    }

    @Override
    public void sendEof() {
        try (var _ = sending.enter()) {
            checkOpen();
            checkNotCut();
            if (!eofSent) {
                transport.shutdownOutput();
                eofSent = true;
            }
        } catch (IOException failure) {
            throw closedOrBroken("send the end of the stream", failure);
        }
    }

    /**
     * Closes the connection after sending what was sent before. Tasks that wait in this stream get a
     * {@link ClosedResourceException}. Never throws, except for a {@link StackOverflowError} before it has done
     * anything. Idempotent. May be called from any thread.
     *
     * <p>A task that calls this waits until the operating system has taken over what was sent. It does not wait in a
     * cancelled scope or once it is cancelled, nor does any other thread; the rest is then sent in the background, for
     * a few seconds at most. After a {@link #send(byte[])} that was cancelled halfway, the connection is reset.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        StackSpace.require(); // a later call would find it closed
        if (!CLOSED.compareAndSet(this, false, true)) {
            return;
        }
        left();
        if (cut) { // the other side must not mistake a part for the whole
            transport.abort();
        } else {
            transport.close();
        }
        if (AnyIO.currentBackend().isEmpty()) {
            return;
        }
        try {
            transport.awaitClosed();
        } catch (Cancelled thrownAgainAtTheNextCheckpoint) {
            // closing continues without this task
        } catch (IOException nothingMoreCanBeSent) {
            // the connection is gone, as requested
        }
    }

    /** Resets the connection immediately and drops unsent bytes. Idempotent. May be called from any thread. */
    public void abort() {
        StackSpace.require();
        closed = true;
        left();
        transport.abort();
    }

    private void left() {
        if (open != null) {
            open.close();
        }
    }

    /** Returns the local address. */
    public InetSocketAddress localAddress() {
        return (InetSocketAddress) transport.localAddress();
    }

    /** Returns the address of the peer. */
    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) transport.remoteAddress();
    }

    private void checkOpen() {
        if (closed) {
            throw closedException();
        }
    }

    private void checkCanSend() {
        checkOpen();
        if (eofSent) {
            throw new ClosedResourceException("The sending side of " + this + " was closed by sendEof()");
        }
        checkNotCut();
    }

    private void checkNotCut() {
        if (cut) {
            throw new BrokenResourceException(
                    "A send(byte[]) to " + this + " was cancelled after a part of its bytes, so"
                            + " nothing more can be sent. Use send(ByteBuffer), whose position tells what was sent");
        }
    }

    private RuntimeException closedOrBroken(String verb, IOException failure) {
        if (closed) {
            return closedException();
        }
        return new BrokenResourceException(
                "Cannot " + verb + ": " + this + " is broken: " + Reason.of(failure), failure);
    }

    private ClosedResourceException closedException() {
        return new ClosedResourceException(this + " was closed on this side");
    }

    /** Returns the transport, for code that places tasks on loops. */
    ByteTransport transport() {
        return transport;
    }

    @Override
    public String toString() {
        return "SocketStream[" + localAddress() + " to " + remoteAddress() + "]";
    }
}
