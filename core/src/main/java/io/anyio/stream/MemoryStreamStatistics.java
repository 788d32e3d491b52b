package io.anyio.stream;

/**
 * A snapshot of a memory object stream. AnyIO: {@code MemoryObjectStreamStatistics}.
 *
 * @param currentBufferUsed the number of items in the buffer
 * @param maxBufferSize the capacity of the buffer; {@link MemoryObjectStream#UNLIMITED} for any number
 * @param openSendStreams the number of open send streams
 * @param openReceiveStreams the number of open receive streams
 * @param tasksWaitingSend the number of tasks that wait until their item is taken
 * @param tasksWaitingReceive the number of tasks that wait for an item
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
