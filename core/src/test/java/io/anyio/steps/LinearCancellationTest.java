package io.anyio.steps;

import static org.assertj.core.api.Assertions.assertThat;

import io.anyio.explorer.mutation.EngineCode;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To cancel, or otherwise end, a chain of scopes takes a number of steps that is proportional to its length. */
class LinearCancellationTest {
    private static final int LENGTH = 150;
    private static final EngineCode COUNTING = EngineCode.instrumented(
            Steps.class.getName()::equals,
            (_, method) -> method.methodName().equalsString(ConstantDescs.INIT_NAME)
                    ? CodeTransform.ACCEPT_ALL
                    : CodeTransform.ofStateful(Counting::new));
    private static final double TWICE = 2.2; // with what grows like a logarithm

    @ParameterizedTest
    @ValueSource(
            strings = {
                "groups",
                "groups asked to stop",
                "groups with one deadline",
                "groups behind shields that are lowered",
                "deadlines of one task"
            })
    void twiceAsLongTakesTwiceAsManySteps(String shape) throws Exception {
        long once = steps(shape, LENGTH);
        long first = steps(shape, 2 * LENGTH);
        long twice = Math.min(first, steps(shape, 2 * LENGTH)); // the watchdog's steps count, too
        assertThat(twice).as("%s: %d steps for %d scopes", shape, once, LENGTH).isLessThan((long) (TWICE * once));
    }

    private static long steps(String shape, int length) throws Exception {
        Class<?> shapes = COUNTING.load().loadClass(Shapes.class.getName());
        Method steps = shapes.getMethod("steps", String.class, int.class);
        try {
            return (long) steps.invoke(null, shape, length);
        } catch (InvocationTargetException failed) {
            throw new AssertionError(shape + " of " + length, failed.getCause());
        }
    }

    /** Inserts a call of {@link Steps#count} at the beginning of a method. */
    private static final class Counting implements CodeTransform {
        private static final ClassDesc STEPS = Steps.class.describeConstable().orElseThrow();

        @Override
        public void atStart(CodeBuilder code) {
            code.invokestatic(STEPS, "count", MethodTypeDesc.of(ConstantDescs.CD_void));
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
