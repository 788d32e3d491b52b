package io.anyio.benchmarks.sync

import io.anyio.benchmarks.Coroutines
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CompletableJob
import kotlinx.coroutines.Job

/** The workloads on signals for coroutines; BlockingSignalShapes explains when the signals are created. */
internal abstract class CoroutineSignalShapes<S : Any>(private val crew: Coroutines) : SignalShapes {

    abstract fun create(): S

    abstract fun give(signal: S)

    abstract suspend fun await(signal: S)

    override fun uncontended(operations: Int) =
        crew.run(1) {
            repeat(operations) {
                val signal = create()
                give(signal)
                await(signal)
            }
        }

    override fun pingPong(operations: Int) {
        val game = PingPong()
        crew.run(2) { player -> if (player == 0) game.serve(operations / 2) else game.answer(operations / 2) }
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
        crew.run(listeners + 1) { number ->
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
}

/** The counterpart of our event. */
internal class JobShapes(crew: Coroutines) : CoroutineSignalShapes<CompletableJob>(crew) {
    override fun create() = Job()

    override fun give(signal: CompletableJob) {
        signal.complete()
    }

    override suspend fun await(signal: CompletableJob) = signal.join()
}

/** The counterpart of our deferred value. */
internal class DeferredShapes(crew: Coroutines) : CoroutineSignalShapes<CompletableDeferred<String>>(crew) {
    override fun create() = CompletableDeferred<String>()

    override fun give(signal: CompletableDeferred<String>) {
        signal.complete("value")
    }

    override suspend fun await(signal: CompletableDeferred<String>) {
        signal.await()
    }
}
