package io.anyio.testsuite.tcp;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.anyio.AnyIO;
import io.anyio.Cancelled;
import io.anyio.NoEventLoopException;
import io.anyio.TaskGroup;
import io.anyio.net.SocketStream;
import io.anyio.resource.BrokenResourceException;
import io.anyio.resource.BusyResourceException;
import io.anyio.resource.ClosedResourceException;
import io.anyio.stream.EndOfStreamException;
import io.anyio.testsuite.Transport;
import io.anyio.testsuite.laws.Law;
import io.anyio.testsuite.laws.Ported;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tests that the methods of a stream return and throw the same on every transport. */
class StreamTest extends TcpTestBase {

    private static byte[] bytes(String text) {
        return text.getBytes(US_ASCII);
    }

    private static byte[] receiveAll(SocketStream stream) {
        var all = new ByteArrayOutputStream();
        try {
            while (true) {
                all.writeBytes(stream.receive());
            }
        } catch (EndOfStreamException end) {
            return all.toByteArray();
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(bytes(text));
        socket.getOutputStream().flush();
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({162})
    @Ported({"SO::TestTCPListener::test_eof_after_send", "SO::TestTCPStream::test_iterate"})
    void givesDataBeforeTheEndBehindIt(Transport transport) throws Exception {
        connection(
                transport,
                socket -> {
                    write(socket, "last words");
                    socket.close();
                },
                stream -> {
                    assertThat(receiveAll(stream)).isEqualTo(bytes("last words"));
                    assertThatThrownBy(stream::receive).isInstanceOf(EndOfStreamException.class);
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void splitsWhatIsMoreThanAsked(Transport transport) throws Exception {
        var sent = new Signal();
        connection(
                transport,
                socket -> {
                    write(socket, "abcdefgh");
                    sent.set();
                    socket.getInputStream().read();
                },
                stream -> {
                    sent.await();
                    assertThat(stream.receive(3)).isEqualTo(bytes("abc"));
                    ByteBuffer two = ByteBuffer.allocate(4).position(1).limit(3);
                    assertThat(stream.receive(two)).isEqualTo(2);
                    assertThat(two.position()).isEqualTo(3);
                    assertThat(two.array()).containsExactly(0, 'd', 'e', 0);
                    assertThat(stream.receive(ByteBuffer.allocateDirect(2))).isEqualTo(2);
                    assertThat(stream.receive()).isEqualTo(bytes("h"));
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void splitsWhatArrivesWhileItWaits(Transport transport) throws Exception {
        var waiting = new Signal();
        connection(
                transport,
                socket -> {
                    waiting.awaitInThread();
                    write(socket, "abcdefgh");
                    socket.getInputStream().read();
                },
                stream -> {
                    waiting.set();
                    ByteBuffer three = ByteBuffer.allocate(3);
                    assertThat(stream.receive(three)).isEqualTo(3);
                    assertThat(three.array()).isEqualTo(bytes("abc"));
                    assertThat(stream.receive()).isEqualTo(bytes("defgh"));
                });
    }

    /** The bytes of one system read are received in small parts, immediately or later, with and without answers. */
    @ParameterizedTest
    @MethodSource("transports")
    void partsOfLargeReadsComeInOrderHoweverTheyAreAskedFor(Transport transport) throws Exception {
        byte[] sent = new byte[3_000_000];
        new SplittableRandom(1).nextBytes(sent);
        var back = new CompletableFuture<byte[]>();
        connection(
                transport,
                socket -> {
                    var writer = new Thread(() -> {
                        try {
                            socket.getOutputStream().write(sent);
                            socket.shutdownOutput();
                        } catch (IOException broken) {
                            back.completeExceptionally(broken);
                        }
                    });
                    writer.start();
                    back.complete(readAll(socket));
                    writer.join();
                },
                stream -> {
                    var random = new SplittableRandom(2);
                    ByteBuffer buffer = ByteBuffer.allocate(40_000);
                    try {
                        while (true) {
                            int size = 1 + random.nextInt(random.nextBoolean() ? 40_000 : 2_000);
                            if (random.nextInt(3) > 0) {
                                stream.receive(buffer.clear().limit(size));
                            } else {
                                buffer.clear().put(stream.receive(size));
                            }
                            if (random.nextInt(20) == 0) {
                                AnyIO.sleep(Duration.ofMillis(1));
                            }
                            stream.send(buffer.flip());
                        }
                    } catch (EndOfStreamException end) {
                        stream.sendEof();
                    }
                });
        assertThat(get(back)).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("transports")
    void aBufferThatIsGoneLosesNothingThatWasSentBefore(Transport transport) throws Exception {
        var received = new CompletableFuture<byte[]>();
        connection(transport, socket -> received.complete(readAll(socket)), stream -> {
            ByteBuffer gone;
            try (Arena arena = Arena.ofConfined()) {
                gone = arena.allocate(10).asByteBuffer();
            }
            stream.send(bytes("one"));
            assertThatThrownBy(() -> stream.send(gone)).isInstanceOf(IllegalStateException.class);
            stream.send(bytes("two"));
            stream.flush();
            assertThatThrownBy(() -> stream.send(gone)).isInstanceOf(IllegalStateException.class);
            stream.flush();
        });
        assertThat(get(received)).isEqualTo(bytes("onetwo"));
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({161})
    @Ported({"SO::TestTCPListener::test_send_after_eof"})
    void answersAfterTheOtherSideHasEnded(Transport transport) throws Exception {
        var answer = new CompletableFuture<byte[]>();
        connection(
                transport,
                socket -> {
                    write(socket, "question");
                    socket.shutdownOutput();
                    answer.complete(readAll(socket));
                },
                stream -> {
                    assertThat(receiveAll(stream)).isEqualTo(bytes("question"));
                    stream.send(bytes("answer"));
                });
        assertThat(get(answer)).isEqualTo(bytes("answer"));
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({161})
    @Ported({"SO::TestTCPStream::test_send_eof"})
    void receivesAfterItHasEndedItself(Transport transport) throws Exception {
        var question = new CompletableFuture<byte[]>();
        connection(
                transport,
                socket -> {
                    question.complete(readAll(socket));
                    write(socket, "answer");
                },
                stream -> {
                    stream.send(bytes("question"));
                    stream.sendEof();
                    stream.sendEof();
                    assertThatThrownBy(() -> stream.send(bytes("x"))).isInstanceOf(ClosedResourceException.class);
                    assertThat(receiveAll(stream)).isEqualTo(bytes("answer"));
                });
        assertThat(get(question)).isEqualTo(bytes("question"));
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({162, 163})
    void endsBehindMuchThatWasSent(Transport transport) throws Exception {
        var received = new CompletableFuture<byte[]>();
        byte[] data = random(1_000_000, 7);
        connection(transport, socket -> received.complete(readAll(socket)), stream -> {
            stream.send(data);
            stream.sendEof();
            assertThatThrownBy(stream::receive).isInstanceOf(EndOfStreamException.class);
        });
        assertThat(get(received)).isEqualTo(data);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({163})
    void closesBehindMuchThatWasSent(Transport transport) throws Exception {
        var received = new CompletableFuture<byte[]>();
        byte[] data = random(3_000_000, 8);
        connection(transport, socket -> received.complete(readAll(socket)), stream -> {
            stream.send(data);
            stream.close();
        });
        assertThat(get(received)).isEqualTo(data);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({158, 159})
    @Ported({"SO::TestTCPStream::test_receive_exception_cause_preserved"})
    void resetBreaksAReceiveWithTheSystemsError(Transport transport) throws Exception {
        var waiting = new Signal();
        connection(
                transport,
                socket -> {
                    waiting.awaitInThread();
                    reset(socket);
                },
                stream -> {
                    waiting.set();
                    for (int i = 0; i < 2; i++) { // and stays so
                        assertThatThrownBy(stream::receive)
                                .isInstanceOf(BrokenResourceException.class)
                                .hasCauseInstanceOf(IOException.class)
                                .cause()
                                .hasMessageContaining("reset");
                    }
                    assertThatThrownBy(() -> stream.send(bytes("x")))
                            .isInstanceOf(BrokenResourceException.class)
                            .hasCauseInstanceOf(IOException.class);
                    stream.close();
                    assertThatThrownBy(stream::receive).isInstanceOf(ClosedResourceException.class);
                    assertThatThrownBy(() -> stream.send(bytes("x"))).isInstanceOf(ClosedResourceException.class);
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({159})
    @Ported({"SO::TestTCPStream::test_send_exception_cause_preserved"})
    void resetBreaksASendThatWaits(Transport transport) throws Exception {
        var sending = new Signal();
        connection(
                transport,
                socket -> {
                    sending.awaitInThread();
                    reset(socket);
                },
                stream -> {
                    sending.set();
                    assertThatThrownBy(() -> stream.send(new byte[64 * 1024 * 1024]))
                            .isInstanceOf(BrokenResourceException.class)
                            .hasCauseInstanceOf(IOException.class);
                    assertThatThrownBy(stream::flush).isInstanceOf(BrokenResourceException.class);
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({158})
    @Ported({
        "SO::TestTCPStream::test_receive_after_close",
        "SO::TestTCPStream::test_send_after_close",
        "SO::TestTCPStream::test_receive_after_peer_closed"
    })
    void closedWinsOverTheEnd(Transport transport) throws Exception {
        connection(transport, Socket::close, stream -> {
            assertThatThrownBy(stream::receive).isInstanceOf(EndOfStreamException.class);
            stream.close();
            stream.close();
            assertThatThrownBy(stream::receive).isInstanceOf(ClosedResourceException.class);
            assertThatThrownBy(() -> stream.receive(ByteBuffer.allocate(1)))
                    .isInstanceOf(ClosedResourceException.class);
            assertThatThrownBy(() -> stream.send(bytes("x"))).isInstanceOf(ClosedResourceException.class);
            assertThatThrownBy(stream::sendEof).isInstanceOf(ClosedResourceException.class);
            assertThatThrownBy(stream::flush).isInstanceOf(ClosedResourceException.class);
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({156})
    @Ported({"SO::TestTCPStream::test_concurrent_receive"})
    void aSecondReceiverIsTurnedAwayAndTheFirstGoesOn(Transport transport) throws Exception {
        var go = new Signal();
        connection(
                transport,
                socket -> {
                    go.awaitInThread();
                    write(socket, "x");
                },
                stream -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        assertThatThrownBy(stream::receive).isInstanceOf(BusyResourceException.class);
                        go.set();
                    });
                    assertThat(stream.receive()).isEqualTo(bytes("x"));
                }));
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({156})
    @Ported({"SO::TestTCPStream::test_concurrent_send"})
    void aSecondSenderIsTurnedAwayAndTheFirstGoesOn(Transport transport) throws Exception {
        var go = new Signal();
        var received = new CompletableFuture<byte[]>();
        byte[] much = random(32 * 1024 * 1024, 3);
        connection(
                transport,
                socket -> {
                    go.awaitInThread();
                    received.complete(readAll(socket));
                },
                stream -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        assertThatThrownBy(() -> stream.send(bytes("x"))).isInstanceOf(BusyResourceException.class);
                        assertThatThrownBy(stream::sendEof).isInstanceOf(BusyResourceException.class);
                        go.set();
                    });
                    stream.send(much);
                    stream.close();
                }));
        assertThat(get(received)).isEqualTo(much);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({157})
    @Ported({"SO::TestTCPStream::test_close_during_receive"})
    void closeWakesTheReceiver(Transport transport) throws Exception {
        connection(
                transport,
                socket -> socket.getInputStream().read(),
                stream -> TaskGroup.run(group -> {
                    group.startSoon(stream::close);
                    assertThatThrownBy(stream::receive).isInstanceOf(ClosedResourceException.class);
                }));
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({157})
    void abortWakesTheSenderAndThePeerSeesAReset(Transport transport) throws Exception {
        var aborted = new Signal();
        connection(
                transport,
                socket -> {
                    aborted.awaitInThread();
                    assertThatThrownBy(() -> readAll(socket)).isInstanceOf(IOException.class);
                },
                stream -> TaskGroup.run(group -> {
                    group.startSoon(() -> {
                        stream.abort();
                        aborted.set();
                    });
                    assertThatThrownBy(() -> stream.send(new byte[64 * 1024 * 1024]))
                            .isInstanceOf(ClosedResourceException.class);
                }));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void closeInACancelledScopeStillSendsWhatWasSent(Transport transport) throws Exception {
        var received = new CompletableFuture<byte[]>();
        connection(
                transport,
                socket -> received.complete(readAll(socket)),
                stream -> TaskGroup.run(group -> {
                    stream.send(bytes("bye"));
                    group.cancel();
                    assertThatThrownBy(stream::receive).isInstanceOf(Cancelled.class);
                    stream.close();
                }));
        assertThat(get(received)).isEqualTo(bytes("bye"));
    }

    @ParameterizedTest
    @MethodSource("transports")
    void flushWaitsForTheSystem(Transport transport) throws Exception {
        var read = new Signal();
        byte[] data = random(1_000_000, 11);
        connection(
                transport,
                socket -> {
                    assertThat(socket.getInputStream().readNBytes(data.length)).isEqualTo(data);
                    read.set();
                    assertThatThrownBy(() -> readAll(socket)).isInstanceOf(IOException.class);
                },
                stream -> {
                    stream.flush();
                    stream.send(data);
                    stream.flush();
                    read.await(); // after the flush, only the system could have sent it
                    stream.abort();
                });
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Law({145})
    @Ported({"SO::TestTCPStream::test_receive_invalid_max_bytes"})
    void teachesAboutWrongArguments(Transport transport) throws Exception {
        connection(transport, socket -> {}, stream -> {
            assertThatThrownBy(() -> stream.receive(0)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> stream.receive(-1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> stream.receive(ByteBuffer.allocate(0)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("clear()");
            assertThatThrownBy(() -> stream.receive(ByteBuffer.allocate(1).asReadOnlyBuffer()))
                    .isInstanceOf(IllegalArgumentException.class);
            stream.send(new byte[0]);
            assertThat(stream.toString()).contains("127.0.0.1");
        });
    }

    @ParameterizedTest
    @MethodSource("transports")
    void isForTasksOnly(Transport transport) throws Exception {
        connection(
                transport,
                socket -> {},
                stream -> new Peer<>(() -> {
                            assertThatThrownBy(stream::receive).isInstanceOf(NoEventLoopException.class);
                            assertThatThrownBy(() -> stream.send(bytes("x"))).isInstanceOf(NoEventLoopException.class);
                            stream.close();
                            return null;
                        })
                        .join());
    }
}
