package io.anyio;

/**
 * A task as seen from outside at one moment, for diagnosis. AnyIO: {@code TaskInfo}.
 *
 * @param id unique in this process
 * @param parentId the task it belongs to; 0 for the first task of a run
 * @param name its name
 * @param state {@code running}, {@code ready}, {@code waiting} in the library, or {@code blocked} outside of it
 * @param waitsFor the verb it waits in, or empty
 * @param where the frame of the user's code it waits at, or empty
 */
public record TaskInfo(long id, long parentId, String name, String state, String waitsFor, String where) {

    @Override
    public String toString() {
        return "task " + id + " '" + name + "' " + state + (waitsFor.isEmpty() ? "" : " in " + waitsFor)
                + (where.isEmpty() ? "" : " at " + where);
    }
}
