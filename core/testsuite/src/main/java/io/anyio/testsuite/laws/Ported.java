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
 * The tests of AnyIO that a test ports, as in {@code TG::test_cancel}; all of them are listed in
 * {@code io/anyio/testsuite/conformance/anyio-tests.txt}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("law")
@ExtendWith(Recorder.class)
public @interface Ported {

    /** File abbreviation, two colons, and the name of the test. */
    String[] value();
}
