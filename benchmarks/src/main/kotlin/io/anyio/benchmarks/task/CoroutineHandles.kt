package io.anyio.benchmarks.task

import io.anyio.benchmarks.Coroutines
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Deferred
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch

/** The workloads on handles with coroutines, their jobs and deferred values. */
internal class CoroutineHandles(private val workers: Coroutines) : HandleBenchmark.Workload {

    private fun inScope(body: suspend CoroutineScope.() -> Unit) = workers.run(1) { coroutineScope { body() } }

    override fun startAndJoin(operations: Int) = inScope { repeat(operations) { async { "value" }.await() } }

    override fun fanOut(tasks: Int, operations: Int) = inScope {
        val started = ArrayList<Deferred<String>>(tasks)
        repeat(operations / tasks) {
            repeat(tasks) { started.add(async { "value" }) }
            for (deferred in started) deferred.await()
            started.clear()
        }
    }

    override fun startUntilReady(operations: Int) = inScope {
        repeat(operations) {
            val ready = CompletableDeferred<String>()
            launch { ready.complete("ready") }
            ready.await()
        }
    }

    override fun cancelAndJoin(operations: Int) = inScope {
        repeat(operations) {
            val job = launch { awaitCancellation() }
            workers.letOthersRun()
            job.cancelAndJoin()
        }
    }
}
