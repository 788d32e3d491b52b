package io.anyio.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A thread of the library's own has nothing of the thread that makes it. */
class OwnThreadsTest {
    private static final InheritableThreadLocal<String> INHERITABLE = new InheritableThreadLocal<>();

    private record Seen(@Nullable String value, ClassLoader context, ThreadGroup group, boolean daemon) {
        static Seen here() {
            Thread me = Thread.currentThread();
            return new Seen(INHERITABLE.get(), me.getContextClassLoader(), me.getThreadGroup(), me.isDaemon());
        }
    }

    @Test
    void nothingOfTheMakerIsInherited() throws Exception {
        var seen = new FutureTask<>(Seen::here);
        var made = new FutureTask<>(() -> {
            INHERITABLE.set("maker");
            Thread me = Thread.currentThread();
            me.setContextClassLoader(new URLClassLoader(new URL[0]));
            OwnThreads.unstarted("own", seen).start();
            return me.getThreadGroup();
        });
        Thread.ofPlatform().daemon().group(new ThreadGroup("application")).start(made);
        assertThat(made.get(30, TimeUnit.SECONDS).getName()).isEqualTo("application");
        Seen inside = seen.get(30, TimeUnit.SECONDS);
        assertThat(inside.value()).isNull();
        assertThat(inside.context()).isSameAs(OwnThreads.class.getClassLoader());
        assertThat(inside.group().getParent()).isNull();
        assertThat(inside.daemon()).isTrue();
    }
}
