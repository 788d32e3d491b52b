package io.anyio.benchmarks

import java.util.concurrent.Executor
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

/** Workers that start together and are waited for, as [Crew], but coroutines. */
class Coroutines private constructor(private val places: List<CoroutineDispatcher>) {

    /** Starts so many workers, spread over the places by their numbers, and waits for all. */
    fun run(workers: Int, worker: suspend (Int) -> Unit) =
        runBlocking(places[0]) {
            if (workers == 1) {
                worker(0)
            } else {
                repeat(workers) { number -> launch(places[number % places.size]) { worker(number) } }
            }
        }

    /** The others of the worker's place run once. */
    suspend fun letOthersRun() = yield()

    companion object {
        /** On threads of others, such as event loops. */
        @JvmStatic fun on(vararg threads: Executor) = Coroutines(threads.map { it.asCoroutineDispatcher() })

        /** On the scheduler that coroutines have by themselves. */
        @JvmStatic fun onTheirOwn() = Coroutines(listOf(Dispatchers.Default))
    }
}
