/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathScopeTest {

    @ParameterizedTest
    @CsvSource({
        "targets/*.tgz, targets/foo.tgz, true",
        "targets/*.tgz, targets/foo.txt, false",
        "foo-version-?.tgz, foo-version-2.tgz, true",
        "foo-version-?.tgz, foo-version-alpha.tgz, false",
        "*.tgz, foo.tgz, true",
        "*.tgz, targets/foo.tgz, false",
        "foo.tgz, foo.tgz, true",
        "foo.tgz, Foo.tgz, false",
        "*, a, true",
        "*, a/b, false",
        "*/*, a/b, true",
        "a*b*c, aXbYbZc, true",
        "a*b*c, aXbY, false",
        "**, abc, true",
        "?, \uD83D\uDE00, true",
        "a/?, a/, false",
        "[ab], a, false",
        ".*, ab, false"
    })
    void matchesAsTheSpecificationSays(String pattern, String path, boolean included) {
        assertThat(new PathScope.Patterns(List.of(pattern)).includes(path)).isEqualTo(included);
    }

    @Test
    void matchesManyAsterisksInNoTime() {
        String pattern = "*a".repeat(500) + "b";
        assertThat(new PathScope.Patterns(List.of(pattern)).includes("a".repeat(1000))).isFalse();
    }

    @Test
    void includesNothingWithoutPatterns() {
        assertThat(new PathScope.Patterns(List.of()).includes("a")).isFalse();
    }

    @Test
    void includesByTheBeginningOfTheHash() {
        // SHA-256 of "a" begins with ca978112.
        assertThat(new PathScope.HashPrefixes(List.of("00", "ca9")).includes("a")).isTrue();
        assertThat(new PathScope.HashPrefixes(List.of("00", "cb")).includes("a")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "CA", "g"})
    void refusesWhatNoHashBeginsWith(String prefix) {
        assertThatThrownBy(() -> new PathScope.HashPrefixes(List.of(prefix)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
