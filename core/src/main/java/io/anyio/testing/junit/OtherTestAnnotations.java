package io.anyio.testing.junit;

import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedElement;
import java.util.Set;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.platform.commons.support.AnnotationSupport;

/** Finds a second test annotation: JUnit would run the test for each of them, partly outside of tasks. */
final class OtherTestAnnotations {
    private static final Set<Class<? extends Annotation>> KINDS =
            Set.of(Test.class, TestFactory.class, TestTemplate.class, ClassTemplate.class);

    private OtherTestAnnotations() {}

    /** Throws if a method or a class has a test annotation besides {@code own}. */
    static void refuseBeside(AnnotatedElement tested, String name, Class<? extends Annotation> own) {
        for (Annotation annotation : tested.getAnnotations()) {
            Class<? extends Annotation> type = annotation.annotationType();
            if (type != own && isTest(type) && !AnnotationSupport.isAnnotated(type, own)) {
                throw new ExtensionConfigurationException("@" + own.getSimpleName() + " and @" + type.getSimpleName()
                        + " cannot both be on " + name + "; put @AnyIOTest on the class around it, and leave @"
                        + type.getSimpleName() + " where it is");
            }
        }
    }

    private static boolean isTest(Class<? extends Annotation> type) {
        return KINDS.stream().anyMatch(kind -> type == kind || AnnotationSupport.isAnnotated(type, kind));
    }
}
