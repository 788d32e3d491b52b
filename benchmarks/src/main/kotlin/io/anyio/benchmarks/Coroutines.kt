package io.anyio.benchmarks

import java.util.concurrent.Executor
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.yield

/** Workers that start together and are awaited, like those of [Workers], but as coroutines. */
class Coroutines private constructor(private val places: List<CoroutineDispatcher>) {

    /** Starts [workers] workers, spread over the places by their numbers, and waits for all. */
    fun run(workers: Int, worker: suspend (Int) -> Unit) =
        runBlocking(places[0]) {
            if (workers == 1) {
                worker(0)
            } else {
                repeat(workers) { number -> launch(places[number % places.size]) { worker(number) } }
            }
        }

    /** Lets the others of the worker's place run once. */
    suspend fun letOthersRun() = yield()

    companion object {
        /** Runs coroutines on other threads, such as event loops. */
        @JvmStatic fun on(vararg threads: Executor) = Coroutines(threads.map { it.asCoroutineDispatcher() })

        /** Runs coroutines on their own scheduler. */
        @JvmStatic fun onTheirOwn() = Coroutines(listOf(Dispatchers.Default))
    }
}
