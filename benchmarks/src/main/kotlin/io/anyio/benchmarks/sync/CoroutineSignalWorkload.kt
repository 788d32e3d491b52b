package io.anyio.benchmarks.sync

import io.anyio.benchmarks.Coroutines
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Job

/** The workloads on signals for coroutines; BlockingSignalWorkload explains when the signals are created. */
internal class CoroutineSignalWorkload<S : Any>(
    private val workers: Coroutines,
    private val create: () -> S,
    private val give: (S) -> Unit,
    private val await: suspend (S) -> Unit,
) : SignalWorkload {

    override fun uncontended(operations: Int) =
        workers.run(1) {
            repeat(operations) {
                val signal = create()
                give(signal)
                await(signal)
            }
        }

    override fun pingPong(operations: Int) {
        val game = PingPong()
        workers.run(2) { player -> if (player == 0) game.serve(operations / 2) else game.answer(operations / 2) }
    }

    private inner class PingPong {
        @Volatile private var ping: S = create()
        @Volatile private var pong: S = ping

        suspend fun serve(rounds: Int) =
            repeat(rounds) {
                val mine = create()
                pong = mine
                give(ping)
                await(mine)
            }

        suspend fun answer(rounds: Int) {
            var mine = ping
            repeat(rounds) {
                await(mine)
                mine = create()
                ping = mine
                give(pong)
            }
        }
    }

    override fun broadcast(listeners: Int, operations: Int) {
        val radio = Radio(listeners)
        workers.run(listeners + 1) { number ->
            if (number == 0) radio.speak(operations / listeners) else radio.listen(operations / listeners)
        }
    }

    private inner class Radio(private val listeners: Int) {
        private val heard = AtomicInteger()
        private val first: S = create()
        @Volatile private var next: S = first
        @Volatile private var allHeard: S = first

        suspend fun speak(rounds: Int) =
            repeat(rounds) {
                val answer = create()
                allHeard = answer
                val now = next
                next = create()
                give(now)
                await(answer)
            }

        suspend fun listen(rounds: Int) {
            var mine = first
            repeat(rounds) {
                await(mine)
                mine = next
                if (heard.incrementAndGet() == listeners) {
                    heard.set(0)
                    give(allHeard)
                }
            }
        }
    }

    companion object {
        /** The counterpart of our event. */
        @JvmStatic
        fun jobs(workers: Coroutines) =
            CoroutineSignalWorkload<CompletableJob>(workers, { Job() }, { it.complete() }, { it.join() })

        /** The counterpart of our deferred value. */
        @JvmStatic
        fun deferreds(workers: Coroutines) =
            CoroutineSignalWorkload<CompletableDeferred<String>>(
                workers, { CompletableDeferred() }, { it.complete("value") }, { it.await() })
    }
}
