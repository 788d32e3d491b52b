package io.anyio.explorer.interleave;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.FieldModel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which fields of the engine are volatile, plain or final, read off the class files. */
final class FieldKinds {
    /** What other threads may see of a field. */
    enum Kind {
        VOLATILE,
        PLAIN,
        /** Final, or not of the engine. */
        QUIET
    }

    private static final Map<String, ClassModel> MODELS = new ConcurrentHashMap<>();

    private FieldKinds() {}

    /** The kind of a field as an instruction names it: {@code owner} may have inherited it. */
    static Kind of(String owner, String field) {
        for (String at = owner; at.startsWith("io/anyio/"); ) {
            ClassModel model = model(at);
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

    static ClassModel model(String internalName) {
        return MODELS.computeIfAbsent(internalName, name -> ClassFile.of().parse(bytes(name)));
    }

    static byte[] bytes(String internalName) {
        try (InputStream in = FieldKinds.class.getClassLoader().getResourceAsStream(internalName + ".class")) {
            if (in == null) {
                throw new IllegalArgumentException("There is no class " + internalName);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
