package io.anyio.benchmarks.sync

import io.anyio.benchmarks.Coroutines
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore

/** The workloads of mutual exclusion for coroutines; the counterpart of BlockingExclusionShapes. */
internal abstract class CoroutineExclusionShapes(private val crew: Coroutines) : ExclusionShapes {

    /** Enters where no worker waits. */
    abstract suspend fun enterFree()

    abstract suspend fun enter()

    abstract fun leave()

    override fun uncontended(operations: Int) =
        crew.run(1) {
            repeat(operations) {
                enterFree()
                leave()
            }
        }

    override fun uncontendedWithYield(operations: Int) =
        crew.run(1) {
            repeat(operations) {
                crew.letOthersRun()
                enter()
                leave()
            }
        }

    override fun contended(workers: Int, operations: Int) =
        crew.run(workers) {
            repeat(operations / workers) {
                enter()
                crew.letOthersRun()
                leave()
            }
        }
}

/** The counterpart of our lock. */
internal class MutexShapes(crew: Coroutines) : CoroutineExclusionShapes(crew) {
    private val mutex = Mutex()

    override suspend fun enterFree() = mutex.lock()

    override suspend fun enter() = mutex.lock()

    override fun leave() = mutex.unlock()
}

/** The counterpart of our semaphore. */
internal class SemaphoreShapes(crew: Coroutines) : CoroutineExclusionShapes(crew) {
    private val semaphore = Semaphore(1)

    override suspend fun enterFree() = semaphore.acquire()

    override suspend fun enter() = semaphore.acquire()

    override fun leave() = semaphore.release()
}

/** The counterpart of our limiter. In the free case it is entered without waiting. */
internal class LimiterShapes(crew: Coroutines) : CoroutineExclusionShapes(crew) {
    private val semaphore = Semaphore(1)

    override suspend fun enterFree() = check(semaphore.tryAcquire()) { "not free" }

    override suspend fun enter() = semaphore.acquire()

    override fun leave() = semaphore.release()
}
