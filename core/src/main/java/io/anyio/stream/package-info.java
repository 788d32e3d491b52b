/**
 * Streams of bytes and objects, and the listeners that accept connections.
 *
 * <ul>
 *   <li>{@link io.anyio.stream.MemoryObjectStream} passes items between the tasks of one program. Begin with it: it is
 *       the queue of this library.
 *   <li>{@link io.anyio.stream.ByteStream} carries bytes, such as a TCP connection ({@link io.anyio.net.SocketStream}).
 *   <li>{@link io.anyio.stream.ObjectStream} carries items.
 *   <li>{@link io.anyio.stream.Listener} accepts connections.
 * </ul>
 *
 * <p>Each kind of stream has one interface for sending and one for receiving. Code that only reads lines should take an
 * {@link io.anyio.stream.ObjectReceiveStream}, so that it works with every stream:
 *
 * <pre>{@code
 * static void print(ObjectReceiveStream<String> lines) {
 *     for (String line : lines) {   // until the stream has ended
 *         System.out.println(line);
 *     }
 * }
 * }</pre>
 *
 * <p>The end of a stream in good order is an {@link io.anyio.stream.EndOfStreamException}. The other failures are in
 * {@link io.anyio.resource}.
 */
@NullMarked
package io.anyio.stream;

import org.jspecify.annotations.NullMarked;
