package io.anyio.benchmarks.sync

import io.anyio.benchmarks.Coroutines
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.Semaphore

/** The shapes for coroutines; the twin of BlockingExclusionShapes. */
internal abstract class CoroutineExclusionShapes(private val crew: Coroutines) : ExclusionShapes {

    /** Goes in where nobody waits. */
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

/** For the lock. */
internal class MutexShapes(crew: Coroutines) : CoroutineExclusionShapes(crew) {
    private val mutex = Mutex()

    override suspend fun enterFree() = mutex.lock()

    override suspend fun enter() = mutex.lock()

    override fun leave() = mutex.unlock()
}

/** For the semaphore. */
internal class SemaphoreShapes(crew: Coroutines) : CoroutineExclusionShapes(crew) {
    private val semaphore = Semaphore(1)

    override suspend fun enterFree() = semaphore.acquire()

    override suspend fun enter() = semaphore.acquire()

    override fun leave() = semaphore.release()
}

/** For the limiter, which where it is free is entered by the way that never waits. */
internal class LimiterShapes(crew: Coroutines) : CoroutineExclusionShapes(crew) {
    private val semaphore = Semaphore(1)

    override suspend fun enterFree() = check(semaphore.tryAcquire()) { "not free" }

    override suspend fun enter() = semaphore.acquire()

    override fun leave() = semaphore.release()
}
