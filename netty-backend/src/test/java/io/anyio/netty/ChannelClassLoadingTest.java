package io.anyio.netty;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.AnyIO;
import io.anyio.TaskGroup;
import io.anyio.testsuite.CapturedLog;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.LineBasedFrameDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that tasks of channels which load classes, with locks that the handlers of their loops want, get stuck nowhere.
 */
class ChannelClassLoadingTest extends AttachedServerTestBase {
    private static final int LOOPS = 3;
    private static final int CONNECTIONS = 9;
    private static final int LINES = 4;
    private static final int LINES_UNDER_STRESS = 30;
    private static final int TASKS = 3; // for each line, all of which need the same class

    /** On the portable carrier a wait inside of a class loader keeps a thread of the JDK's scheduler, which has few. */
    private static final boolean MAY_WAIT =
            System.getProperty("anyio.test.carrier", "").equals("loop");

    private static final Logger LOGGER = Logger.getLogger("ChannelClassLoadingTest");

    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock appender = new ReentrantLock();
    private int appended; // guarded by appender
    private final AtomicInteger found = new AtomicInteger();
    private final AtomicInteger initialized = new AtomicInteger();
    private final AtomicInteger loaded = new AtomicInteger();

    /** Its initializer runs code of the loader. */
    static final class Loaded {
        static {
            if (Loaded.class.getClassLoader() instanceof Runnable loader) {
                loader.run();
            }
        }

        private Loaded() {}
    }

    /** Finds a class of its own, and runs code while it does that and in the initializer. */
    private static final class Loader extends ClassLoader implements Runnable {
        private static final String NAME = Loaded.class.getName();

        private final Runnable finding;
        private final Runnable initializing;

        Loader(Runnable finding, Runnable initializing) {
            super(Loader.class.getClassLoader());
            this.finding = finding;
            this.initializing = initializing;
        }

        void load() throws ClassNotFoundException {
            assertThat(Class.forName(NAME, true, this)).isNotSameAs(Loaded.class);
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.equals(NAME)) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known == null ? findClass(name) : known;
            }
        }

        @Override
        protected Class<?> findClass(String name) {
            finding.run();
            try (InputStream in = Loaded.class.getResourceAsStream("ChannelClassLoadingTest$Loaded.class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }

        /** Called by the initializer. */
        @Override
        public void run() {
            initializing.run();
        }
    }

    /** A handler that takes the lock of the tasks, and logs. */
    private final class LockingHandler extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            withLock("read", false);
            context.fireChannelRead(message);
        }
    }

    /** Logs while it holds the lock. A slow call is suspended meanwhile, although its loop may want the lock. */
    private void withLock(String what, boolean slow) {
        lock.lock();
        try {
            LOGGER.info(what);
            if (slow && MAY_WAIT) {
                AnyIO.sleep(Duration.ofMillis(2));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a lock, as an appender of a logger does. */
    private void append() {
        appender.lock();
        try {
            appended++;
        } finally {
            appender.unlock();
        }
    }

    private void serveLines(MessageStream connection) {
        while (true) {
            byte how = ((ByteBuf) connection.receive()).getByte(0);
            var loader = new Loader(
                    () -> {
                        withLock("find", how == 'f');
                        found.incrementAndGet();
                    },
                    () -> {
                        withLock("initialize", how == 'i');
                        initialized.incrementAndGet();
                    });
            TaskGroup.run(group -> {
                for (int i = 0; i < TASKS; i++) {
                    group.startSoon(() -> {
                        loader.load();
                        loaded.incrementAndGet();
                    });
                }
            });
            connection.send(Unpooled.copiedBuffer("ok\n", US_ASCII));
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void tasksLoadClassesUnderLoad(Transport transport) throws Exception {
        loadClasses(transport, LINES);
    }

    @ParameterizedTest
    @MethodSource("transports")
    @Tag("stress")
    void tasksLoadManyClassesUnderLoad(Transport transport) throws Exception {
        loadClasses(transport, LINES_UNDER_STRESS);
    }

    private void loadClasses(Transport transport, int linesEach) throws Exception {
        var runtime = NettyRuntime.attach(group(transport, LOOPS));
        var handler = runtime.handler(this::serveLines);
        int port = serve(
                transport,
                channel -> channel.pipeline().addLast(new LockingHandler(), new LineBasedFrameDecoder(100), handler));
        try (var stalls = new CapturedLog("io.anyio"); // reports of the watchdog are expected
                var log = new CapturedLog(LOGGER.getName(), this::append)) {
            var clients = new ArrayList<Peer<?>>();
            for (int i = 0; i < CONNECTIONS; i++) {
                var random = new SplittableRandom(i);
                clients.add(peer(() -> {
                    ask(port, random, linesEach);
                    return null;
                }));
            }
            for (Peer<?> client : clients) {
                client.join();
            }
            runtime.close();
            int lines = CONNECTIONS * linesEach;
            assertThat(found).as("found").hasValue(lines);
            assertThat(initialized).as("initialized").hasValue(lines);
            assertThat(loaded).as("loaded").hasValue(lines * TASKS);
            assertThat(appended).as("logged").isPositive();
            assertThat(log.messages()).filteredOn("read"::equals).hasSizeGreaterThanOrEqualTo(lines);
            assertThat(log.messages()).filteredOn("find"::equals).hasSize(lines);
            assertThat(stalls.messages()).noneMatch(message -> message.contains("deadlock"));
        }
        if (MAY_WAIT) {
            assertThat(runtime.statistics().rescues()).isPositive();
        }
    }

    private static void ask(int port, SplittableRandom random, int lines) throws IOException {
        try (Socket socket = connect(port)) {
            socket.setSoTimeout(25_000);
            for (int i = 0; i < lines; i++) {
                String how = "fi.".charAt(random.nextInt(3)) + "\n";
                socket.getOutputStream().write(how.getBytes(US_ASCII));
                assertThat(socket.getInputStream().readNBytes(3)).isEqualTo("ok\n".getBytes(US_ASCII));
            }
        }
    }
}
