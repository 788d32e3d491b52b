package io.anyio.laws;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The tests of AnyIO whose content a test carries over, as in {@code TG::test_cancel}. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Ported {

    /** File abbreviation, two colons, and the name of the test. */
    String[] value();
}
