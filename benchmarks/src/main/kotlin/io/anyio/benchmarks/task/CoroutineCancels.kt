package io.anyio.benchmarks.task

import io.anyio.benchmarks.Coroutines
import kotlin.time.Duration.Companion.hours
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.awaitCancellation
import kotlinx.coroutines.cancel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout

/** The workloads on cancellation with coroutines. */
internal class CoroutineCancels(private val workers: Coroutines) : CancelBenchmark.Workload {

    override fun timeout(operations: Int) = workers.run(1) { repeat(operations) { withTimeout(HOUR) {} } }

    override fun cancelledBlock(operations: Int) =
        workers.run(1) {
            var cancelled = 0
            while (cancelled < operations) {
                try {
                    coroutineScope {
                        cancel()
                        awaitCancellation()
                    }
                } catch (wanted: CancellationException) {
                    cancelled++
                }
            }
        }

    override fun cancelChildren(children: Int, operations: Int) =
        workers.run(1) {
            repeat(operations / children) {
                try {
                    coroutineScope {
                        repeat(children) { launch { awaitCancellation() } }
                        workers.letOthersRun()
                        cancel()
                    }
                } catch (wanted: CancellationException) {
                    // the scope's own cancellation
                }
            }
        }

    private companion object {
        val HOUR = 1.hours
    }
}
