package io.anyio.benchmarks.thread

import io.anyio.benchmarks.Coroutines
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.async
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

/**
 * The workloads in the forms that Kotlin's documentation recommends, which mostly avoid another thread. They show what
 * a program may pay in Kotlin, and set no target for a library whose calls change the thread.
 */
internal class FriendlierCoroutines(private val workers: Coroutines) : ThreadBenchmark.Workload {

    /** The two dispatchers share their threads, so a call usually stays on its thread. */
    override fun roundTrip(operations: Int) =
        runBlocking(Dispatchers.Default) { repeat(operations) { withContext(Dispatchers.IO) { "value" } } }

    /** The calling thread runs the coroutine itself, on a loop of its own. */
    override fun callFromOutside(operations: Int) = repeat(operations) { runBlocking { "value" } }

    /** A future of Kotlin's own in place of the JDK's. */
    override fun completedStage(operations: Int) {
        val value = CompletableDeferred("value")
        workers.run(1) { repeat(operations) { value.await() } }
    }

    override fun checkedStage(operations: Int) {
        val value = CompletableDeferred("value")
        workers.run(1) {
            repeat(operations) {
                currentCoroutineContext().ensureActive()
                value.await()
            }
        }
    }

    /** Completed by a coroutine of the same dispatcher. */
    override fun uncompletedStage(operations: Int) =
        workers.run(1) { coroutineScope { repeat(operations) { async { "value" }.await() } } }
}
