package io.anyio.benchmarks.task

import io.anyio.benchmarks.Coroutines
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.withContext

/** The workloads on scopes with those of coroutines. */
internal class CoroutineScopes(private val workers: Coroutines) : ScopeBenchmark.Workload {

    override fun open(operations: Int) = workers.run(1) { repeat(operations) { coroutineScope {} } }

    override fun nested(operations: Int) =
        workers.run(1) {
            repeat(operations) { coroutineScope { coroutineScope { coroutineScope { ensureActive() } } } }
        }

    override fun shielded(operations: Int) = workers.run(1) { repeat(operations) { withContext(NonCancellable) {} } }
}
