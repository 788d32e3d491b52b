package io.anyio.benchmarks.task

import com.softwaremill.jox.structured.Fork
import com.softwaremill.jox.structured.Scope
import com.softwaremill.jox.structured.Scopes
import io.anyio.benchmarks.Crew
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicBoolean

/**
 * Forks of jox, on virtual threads.
 *
 * It stands on a preview of JDK 25, so that its class files need `--enable-preview` and that JDK. Kotlin's compiler reads
 * them without the flag, which would else mark all benchmarks.
 */
internal class JoxHandles(private val crew: Crew) : HandleShapes {

    private fun inScope(body: (Scope) -> Unit) = crew.run(1) { Scopes.supervised<Unit> { scope -> body(scope) } }

    override fun startAndJoin(operations: Int) = inScope { scope ->
        repeat(operations) { scope.fork<String> { "value" }.join() }
    }

    override fun fanOut(tasks: Int, operations: Int) = inScope { scope ->
        val started = ArrayList<Fork<String>>(tasks)
        repeat(operations / tasks) {
            repeat(tasks) { started.add(scope.fork<String> { "value" }) }
            for (fork in started) fork.join()
            started.clear()
        }
    }

    override fun startUntilReady(operations: Int) = inScope { scope ->
        repeat(operations) {
            val ready = CompletableFuture<String>()
            scope.fork { ready.complete("ready") }
            ready.join()
        }
    }

    override fun cancelAndJoin(operations: Int) = inScope { scope ->
        repeat(operations) {
            val waits = AtomicBoolean()
            val fork =
                scope.forkCancellable<Unit> {
                    waits.set(true)
                    UntilInterrupted().run()
                }
            // a fork of two threads, of which the second may not have begun
            while (!waits.get()) crew.letOthersRun()
            fork.cancel()
        }
    }
}
