package io.anyio.benchmarks.thread

import io.anyio.benchmarks.Coroutines
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executor
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.future.await
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

/** The workloads with coroutines on a dispatcher of another thread. */
internal class CoroutineThreads(
    private val workers: Coroutines,
    private val thread: Executor,
    loop: Executor,
) : ThreadBenchmark.Workload {
    private val other = thread.asCoroutineDispatcher()
    private val place = loop.asCoroutineDispatcher()

    override fun roundTrip(operations: Int) =
        workers.run(1) { repeat(operations) { withContext(other) { "value" } } }

    override fun callFromOutside(operations: Int) =
        runBlocking { repeat(operations) { withContext(place) { "value" } } }

    override fun completedStage(operations: Int) {
        val stage = CompletableFuture.completedFuture("value")
        workers.run(1) { repeat(operations) { stage.await() } }
    }

    override fun checkedStage(operations: Int) {
        val stage = CompletableFuture.completedFuture("value")
        workers.run(1) {
            repeat(operations) {
                currentCoroutineContext().ensureActive()
                stage.await()
            }
        }
    }

    override fun uncompletedStage(operations: Int) =
        workers.run(1) {
            repeat(operations) {
                val stage = CompletableFuture<String>()
                thread.execute { stage.complete("value") }
                stage.await()
            }
        }
}
