package io.anyio.laws;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** The numbers of the laws that a test holds us to; {@code docs/conformance.md} is made from them. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Law {

    /** Numbers from 1 to 218. */
    int[] value();
}
