/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaParameter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import dev.breakwater.server.organization.OrganizationId;
import dev.breakwater.server.organization.Unscoped;
import org.junit.jupiter.api.Test;

/**
 * Invariant I9: every stored thing belongs to one organization, and every store method takes the
 * scope.
 */
class ScopeTest {

    @Test
    void everyStoreMethodIsScopedOrSaysWhyNot() {
        methods()
                .that()
                .areDeclaredInClassesThat()
                .resideInAPackage("dev.breakwater.server..")
                .and()
                .areDeclaredInClassesThat()
                .areInterfaces()
                .and()
                .areDeclaredInClassesThat()
                .haveSimpleNameEndingWith("Store")
                .should(takeTheScope())
                .check(Breakwater.classes());
    }

    /**
     * A method that stores a whole record takes the scope inside it: the record names its
     * organization.
     */
    private static ArchCondition<JavaMethod> takeTheScope() {
        return new ArchCondition<>(
                "take an OrganizationId, take a record that names one, or be @Unscoped") {
            @Override
            public void check(JavaMethod method, ConditionEvents events) {
                boolean scoped =
                        method.isAnnotatedWith(Unscoped.class)
                                || (!method.getParameters().isEmpty()
                                        && namesOrganization(method.getParameters().get(0)));
                if (!scoped) {
                    events.add(
                            SimpleConditionEvent.violated(
                                    method, method.getFullName() + " takes no organization"));
                }
            }
        };
    }

    private static boolean namesOrganization(JavaParameter first) {
        return first.getRawType().isEquivalentTo(OrganizationId.class)
                || first.getRawType().tryGetMethod("organization").isPresent();
    }
}
