package io.anyio.explorer.interleave.program;

import static io.anyio.explorer.interleave.program.ProgramContext.check;

import io.anyio.ContextVar;
import io.anyio.TaskContext;
import io.anyio.TaskGroup;
import java.util.List;

/** {@link TaskContext}: a context that several tasks have entered keeps what each of them sets. */
final class ContextPrograms {
    private ContextPrograms() {}

    static void valuesOfTwoTasksDoNotOverwriteEachOther(ProgramContext ctx) {
        List<ContextVar<String>> vars = List.of(ContextVar.create("a"), ContextVar.create("b"));
        ctx.run(() -> {
            TaskContext shared = TaskContext.create();
            TaskGroup.run(group -> {
                for (int i = 0; i < 2; i++) {
                    ContextVar<String> mine = vars.get(i);
                    group.startSoon(
                            ctx.on(i, "task " + i),
                            () -> shared.run(() -> {
                                ContextVar.Token<String> token = mine.set("first");
                                mine.set("second");
                                mine.reset(token);
                                mine.set("third");
                            }));
                }
            });
            shared.run(() -> vars.forEach(each -> check("third".equals(each.get("lost")), "a value is not lost")));
        });
    }
}
