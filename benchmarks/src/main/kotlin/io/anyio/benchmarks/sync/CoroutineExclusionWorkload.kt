package io.anyio.benchmarks.sync

import io.anyio.benchmarks.Coroutines
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore

/**
 * The workloads of mutual exclusion for coroutines; the counterpart of BlockingExclusionWorkload. [enterFree] enters
 * where no worker waits.
 */
internal class CoroutineExclusionWorkload(
    private val workers: Coroutines,
    private val enterFree: suspend () -> Unit,
    private val enter: suspend () -> Unit,
    private val leave: () -> Unit,
) : ExclusionWorkload {

    override fun uncontended(operations: Int) =
        workers.run(1) {
            repeat(operations) {
                enterFree()
                leave()
            }
        }

    override fun uncontendedWithYield(operations: Int) =
        workers.run(1) {
            repeat(operations) {
                workers.letOthersRun()
                enter()
                leave()
            }
        }

    override fun contended(count: Int, operations: Int) =
        workers.run(count) {
            repeat(operations / count) {
                enter()
                workers.letOthersRun()
                leave()
            }
        }

    companion object {
        /** The counterpart of our lock, semaphore or limiter. In the free case a limiter is entered without waiting. */
        @JvmStatic
        fun of(kind: String, workers: Coroutines): CoroutineExclusionWorkload {
            val mutex = Mutex()
            val semaphore = Semaphore(1)
            val lock: suspend () -> Unit = { mutex.lock() }
            val acquire: suspend () -> Unit = { semaphore.acquire() }
            val tryAcquire: suspend () -> Unit = { check(semaphore.tryAcquire()) { "not free" } }
            return when (kind) {
                "lock" -> CoroutineExclusionWorkload(workers, lock, lock) { mutex.unlock() }
                "semaphore" -> CoroutineExclusionWorkload(workers, acquire, acquire) { semaphore.release() }
                else -> CoroutineExclusionWorkload(workers, tryAcquire, acquire) { semaphore.release() }
            }
        }
    }
}
