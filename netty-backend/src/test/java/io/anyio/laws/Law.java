package io.anyio.laws;

import io.anyio.conformance.Recorder;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The numbers of the laws that a test verifies, as listed in {@code io/anyio/conformance/laws.txt}.
 * {@code docs/conformance.md} is generated from them.
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
