package io.anyio.arch;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvent;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.ArrayList;
import java.util.List;

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

    /** Nothing that a user sees of the type, such as a superclass or a public signature, is of the package. */
    static ArchCondition<JavaClass> nameNoTypeOf(String packageName) {
        return new ArchCondition<>("name no type of " + packageName) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getAllRawSuperclasses().forEach(superclass -> report(type, superclass, "extends"));
                type.getAllRawInterfaces().forEach(superclass -> report(type, superclass, "implements"));
                type.getMembers().stream()
                        .filter(Conditions::isVisible)
                        .forEach(member -> member.getAllInvolvedRawTypes()
                                .forEach(named -> report(type, named, member.getName() + " names")));
                violations.forEach(events::add);
                violations.clear();
            }

            private final List<ConditionEvent> violations = new ArrayList<>();

            private void report(JavaClass type, JavaClass named, String how) {
                if (named.getBaseComponentType().getPackageName().equals(packageName)) {
                    violations.add(
                            SimpleConditionEvent.violated(type, type.getName() + ": " + how + " " + named.getName()));
                }
            }
        };
    }

    private static boolean isVisible(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }
}
