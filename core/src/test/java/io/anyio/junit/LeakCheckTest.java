package io.anyio.junit;

import static io.anyio.junit.Execution.note;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.TaskOptions;
import io.anyio.jdk.LostBuffer;
import io.anyio.net.SocketListener;
import io.anyio.net.Tcp;
import io.anyio.stream.MemoryObjectStream;
import io.anyio.testing.junit.AnyIOTest;
import io.anyio.testing.junit.TestResources;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A test that leaves something behind fails, and says where it was opened. */
class LeakCheckTest {
    private static final String HOST = "127.0.0.1";

    static class Streams {
        @AnyIOTest(backends = "jdk")
        void leavesAConnection() {
            try (SocketListener listener = Tcp.listen(HOST, 0);
                    var _ = Tcp.connect(HOST, listener.port())) {
                var _ = listener.accept();
            }
        }
    }

    @Test
    void aStream() {
        assertThat(Execution.on("jdk", Streams.class).failure())
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith("The test has left behind:\n  SocketStream opened at ")
                .hasMessageContaining("LeakCheckTest.java:")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1))
                .satisfies(failure -> assertThat(failure.getSuppressed()[0].getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("leavesAConnection")));
    }

    static class Listeners {
        @AnyIOTest(backends = "jdk")
        void test() {
            var _ = Tcp.listen(HOST, 0);
        }
    }

    @Test
    void aListener() {
        assertThat(Execution.on("jdk", Listeners.class).failure()).hasMessageContaining("\n  SocketListener opened");
    }

    static class MemoryStreams {
        @AnyIOTest
        void test() {
            var stream = MemoryObjectStream.<String>create(1);
            stream.receiver().close();
        }
    }

    @Test
    void anEndOfAMemoryStream() {
        assertThat(Execution.on("simulation", MemoryStreams.class).failure())
                .hasMessageContaining("\n  MemorySendStream opened")
                .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("MemoryReceiveStream"));
    }

    @AnyIOTest
    @TestMethodOrder(MethodOrderer.OrderAnnotation.class)
    static class Tasks {
        private static TaskGroup ofClass;
        private static MemoryObjectStream<String> streamOfClass;

        @BeforeAll
        static void beforeAll(TaskGroup group, TestResources resources) {
            ofClass = group;
            streamOfClass = resources.closeAtEnd(MemoryObjectStream.<String>create(1));
            group.startSoon(AnyIO::sleepForever);
        }

        @Test
        @Order(1)
        void leavesATask() {
            ofClass.startSoon(TaskOptions.named("left behind"), AnyIO::sleepForever);
        }

        @Test
        @Order(2)
        void leavesNothing(TaskGroup group) {
            group.startSoon(AnyIO::sleepForever);
            streamOfClass.sender().sendNow("item");
        }
    }

    @Test
    void aTaskInTheGroupOfTheClass() {
        Execution execution = Execution.on("jdk", Tasks.class);
        assertThat(execution.failure()).hasMessageContaining("'left behind' waiting in sleep");
        execution.tests().assertStatistics(statistics -> statistics.succeeded(1).failed(1));
    }

    static class Buffers {
        @AnyIOTest(backends = "jdk?loops=2")
        void losesABuffer() {
            LostBuffer.lose();
        }

        @AnyIOTest(backends = "jdk", leakCheck = false)
        void unchecked() {
            LostBuffer.lose();
        }
    }

    @Test
    void aBuffer() {
        assertThat(Execution.on("", Buffers.class).failure())
                .hasMessageContaining("1 of its send buffers are in use; they were acquired as")
                .satisfies(failure -> assertThat(failure.getSuppressed()).hasSize(1))
                .satisfies(failure -> assertThat(failure.getSuppressed()[0])
                        .hasMessage("acquired here")
                        .satisfies(place -> assertThat(place.getStackTrace())
                                .anyMatch(frame -> frame.getMethodName().equals("losesABuffer"))));
    }

    static class FailsAnyway {
        @AnyIOTest(backends = "jdk")
        void test() {
            var _ = Tcp.listen(HOST, 0);
            throw new IllegalStateException("of the test");
        }
    }

    @Test
    void aTestThatHasFailedIsNotChecked() {
        assertThat(Execution.on("jdk", FailsAnyway.class).failure())
                .hasMessage("of the test")
                .satisfies(failure -> assertThat(failure.getSuppressed()).isEmpty());
    }

    static class TurnedOff {
        @AnyIOTest(backends = "jdk", leakCheck = false)
        void test() {
            var _ = Tcp.listen(HOST, 0);
        }
    }

    @Test
    void theCheckCanBeTurnedOff() {
        Execution.on("jdk", TurnedOff.class).succeeded();
    }

    @AnyIOTest(backends = "jdk")
    static class TurnedOffInside {
        @Nested
        @AnyIOTest(leakCheck = false)
        class Inner {
            @Test
            void test() {
                var _ = Tcp.listen(HOST, 0);
            }
        }
    }

    @Test
    void aNestedClassCanTurnTheCheckOff() {
        Execution.on("jdk", TurnedOffInside.class).succeeded();
    }

    static class ClosingFails {
        @AnyIOTest(backends = "jdk")
        void test(TestResources resources) {
            resources.closeAtEnd(() -> note("closed"));
            resources.closeAtEnd(() -> {
                throw new IllegalStateException("cannot close");
            });
        }

        @AfterEach
        void afterEach(TestResources resources) {
            resources.closeAtEnd(() -> {
                throw new IllegalStateException("cannot close either");
            });
        }
    }

    @Test
    void aFailureToCloseFailsTheTestAndTheRestIsClosed() {
        Execution execution = Execution.on("jdk", ClosingFails.class);
        assertThat(execution.failure())
                .hasMessage("cannot close either")
                .satisfies(failure -> assertThat(failure.getSuppressed()[0]).hasMessage("cannot close"));
        assertThat(execution.notes()).containsExactly("closed");
    }
}
