package io.anyio.explorer.interleave;

import io.anyio.explorer.mutation.EngineCode;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;

/** Which fields of the engine are volatile, plain or final, read off the class files. */
final class FieldKinds {
    /** What other threads may see of a field. */
    enum Kind {
        VOLATILE,
        PLAIN,
        /** Final, not of the engine, or of {@code StackRoom}, whose field serves the size of a frame only. */
        QUIET
    }

    private static final String STACK_ROOM = "io/anyio/internal/StackRoom";

    private FieldKinds() {}

    /** The kind of a field as an instruction names it: {@code owner} may have inherited it. */
    static Kind of(String owner, String field) {
        if (owner.equals(STACK_ROOM)) {
            return Kind.QUIET;
        }
        for (String at = owner; at.startsWith("io/anyio/"); ) {
            ClassModel model = EngineCode.model(at.replace('/', '.'));
            for (FieldModel declared : model.fields()) {
                if (declared.fieldName().equalsString(field)) {
                    return kind(declared.flags().flagsMask());
                }
            }
            at = model.superclass().map(type -> type.asInternalName()).orElse("");
        }
        return Kind.QUIET;
    }

    private static Kind kind(int flags) {
        if ((flags & ClassFile.ACC_VOLATILE) != 0) {
            return Kind.VOLATILE;
        }
        return (flags & (ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)) == 0 ? Kind.PLAIN : Kind.QUIET;
    }
}
