package io.anyio.arch;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** Conditions of the architecture rules that ArchUnit does not offer. */
final class Conditions {

    /** No class outside can extend it: final, sealed, a record, an enum, an interface or an exception. */
    static final ArchCondition<JavaClass> BE_CLOSED = new ArchCondition<>("be closed for extension") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
            Class<?> reflected = type.reflect();
            boolean closed = type.isInterface()
                    || type.isEnum()
                    || type.isRecord()
                    || type.getModifiers().contains(JavaModifier.FINAL)
                    || reflected.isSealed()
                    || type.isAssignableTo(Throwable.class);
            if (!closed) {
                events.add(SimpleConditionEvent.violated(type, type.getName() + " is open for extension"));
            }
        }
    };

    private Conditions() {}

    static ArchCondition<JavaClass> haveNoMethodThatIs(JavaModifier modifier) {
        return new ArchCondition<>("have no method that is " + modifier) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getMethods().stream()
                        .filter(method -> method.getModifiers().contains(modifier))
                        .forEach(method -> events.add(SimpleConditionEvent.violated(type, method.getFullName())));
            }
        };
    }
}
