package io.anyio.testsuite.laws;

import io.anyio.testsuite.conformance.Recorder;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The numbers of the laws that a test holds us to, as listed in {@code io/anyio/testsuite/conformance/laws.txt};
 * {@code docs/reference/conformance.md} is made from them.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("law")
@ExtendWith(Recorder.class)
public @interface Law {

    /** Numbers from 1 to 218. */
    int[] value();
}
