package io.anyio.benchmarks.task

import com.softwaremill.jox.structured.Fork
import com.softwaremill.jox.structured.Scope
import com.softwaremill.jox.structured.Scopes
import io.anyio.benchmarks.Workers
import java.util.concurrent.CompletableFuture
import java.util.concurrent.atomic.AtomicBoolean

/**
 * The workloads on handles with forks of jox, on virtual threads.
 *
 * jox's scopes use a preview API of JDK 25, so their class files need `--enable-preview` and that JDK. Kotlin's
 * compiler reads them without the flag, which would otherwise mark all benchmarks.
 */
internal class JoxHandles(private val workers: Workers) : HandleBenchmark.Workload {

    private fun inScope(body: (Scope) -> Unit) = workers.run(1) { Scopes.supervised<Unit> { scope -> body(scope) } }

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
                    HandleBenchmark.waitForInterrupt()
                }
            // a fork has two threads, and the second may not have started yet
            while (!waits.get()) workers.letOthersRun()
            fork.cancel()
        }
    }
}
