/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.api.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A path has one spelling. */
class CanonicalPathTest {

    @Test
    void splitsAPathIntoSegments() throws ContractViolation {
        assertThat(CanonicalPath.segments("/api/v1/openapi.yaml"))
                .containsExactly("api", "v1", "openapi.yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "api/v1",
                "//api",
                "/api//v1",
                "/api/",
                "/api/./v1",
                "/api/../v1",
                "/..",
                "/api/%2e%2e/v1",
                "/api/%2E/v1",
                "/api%2fv1",
                "/api/%252e%252e/v1",
                "/api/%c0%ae/v1",
                "/api/v1;jsessionid=1",
                "/api;/v1",
                "/api\\v1",
                "/api/v1\u0000",
                "/api/v1 ",
                "/api/ｖ1",
                "/api/v1%20",
                "/api/v1#x",
                "/api/v1?x"
            })
    void refusesEveryOtherSpelling(String path) {
        ContractViolation violation =
                catchThrowableOfType(ContractViolation.class, () -> CanonicalPath.segments(path));
        assertThat(violation).as(path).isNotNull();
        assertThat(violation.kind()).isEqualTo(ContractViolation.Kind.PATH_NOT_CANONICAL);
    }

    @Test
    void refusesAnEndlessPath() {
        assertThat(
                        catchThrowableOfType(
                                ContractViolation.class,
                                () -> CanonicalPath.segments("/" + "a".repeat(512))))
                .isNotNull();
    }
}
