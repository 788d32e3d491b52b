package io.anyio.benchmarks.stream

import io.anyio.benchmarks.Coroutines
import kotlinx.coroutines.channels.Channel

private const val ITEM = "item"

/** The workloads on streams for coroutines and their channels; the counterpart of BlockingStreamWorkload. */
internal class ChannelWorkload(private val workers: Coroutines, private val size: Int) : StreamWorkload {

    override fun between(senders: Int, items: Int) {
        val channel = Channel<String>(size)
        workers.run(2 * senders) { number ->
            if (number % 2 == 0) send(channel, items / senders) else receive(channel, items / senders)
        }
    }

    override fun chain(streams: Int, hops: Int) {
        val row = List(streams) { Channel<String>(size) }
        val items = hops / streams
        workers.run(streams + 1) { number ->
            when (number) {
                0 -> send(row.first(), items)
                streams -> receive(row.last(), items)
                else -> passOn(row[number - 1], row[number], items)
            }
        }
    }

    private suspend fun send(channel: Channel<String>, items: Int) = repeat(items) { channel.send(ITEM) }

    private suspend fun receive(channel: Channel<String>, items: Int) =
        repeat(items) { check(channel.receive() == ITEM) { "received a different item" } }

    private suspend fun passOn(from: Channel<String>, to: Channel<String>, items: Int) =
        repeat(items) { to.send(from.receive()) }
}
