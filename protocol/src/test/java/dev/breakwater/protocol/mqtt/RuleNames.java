/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.lang.reflect.Method;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGenerator;

/** Puts the normative statements of {@link Refuses} behind the name of a test. */
final class RuleNames extends DisplayNameGenerator.Standard {

    @Override
    public String generateDisplayNameForMethod(
            List<Class<?>> enclosingInstanceTypes, Class<?> testClass, Method testMethod) {
        Refuses refuses = testMethod.getAnnotation(Refuses.class);
        if (refuses == null) {
            return testMethod.getName();
        }
        return "%s [3.1.1: %s] [5.0: %s]"
                .formatted(
                        testMethod.getName(),
                        refuses.value().place(MqttVersion.V3_1_1),
                        refuses.value().place(MqttVersion.V5));
    }
}
