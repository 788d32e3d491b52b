package io.anyio.stream;

/**
 * A snapshot of a memory object stream. AnyIO: {@code MemoryObjectStreamStatistics}.
 *
 * @param currentBufferUsed how many items are in the buffer
 * @param maxBufferSize how many items the buffer holds at most; {@link MemoryObjectStream#UNLIMITED} for any number
 * @param openSendStreams how many send streams are open
 * @param openReceiveStreams how many receive streams are open
 * @param tasksWaitingSend how many tasks wait until their item is taken
 * @param tasksWaitingReceive how many tasks wait for an item
 */
public record MemoryStreamStatistics(
        int currentBufferUsed,
        int maxBufferSize,
        int openSendStreams,
        int openReceiveStreams,
        int tasksWaitingSend,
        int tasksWaitingReceive) {

    @Override
    public String toString() {
        return "MemoryStreamStatistics[currentBufferUsed=" + currentBufferUsed + ", maxBufferSize="
                + (maxBufferSize == MemoryObjectStream.UNLIMITED ? "unlimited" : maxBufferSize) + ", openSendStreams="
                + openSendStreams + ", openReceiveStreams=" + openReceiveStreams + ", tasksWaitingSend="
                + tasksWaitingSend + ", tasksWaitingReceive=" + tasksWaitingReceive + "]";
    }
}
