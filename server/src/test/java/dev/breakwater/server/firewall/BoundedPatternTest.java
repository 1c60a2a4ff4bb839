/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.firewall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Patterns that others write and yet others' messages are matched with (ReDoS, CWE-1333). */
class BoundedPatternTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^[a-z]+$",
                "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
                "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
                "^(on|off|auto)$",
                "^v[0-9]{1,3}\\.[0-9]{1,3}(-rc)?$",
                "^\\p{Lu}\\d+\\s?\\w*$",
                "^[\\]a\\\\]*$",
                "^(?:ab){2}c$",
                "}",
                "^.{1,100}$"
            })
    void takesPatternsThatDoNotRepeatRepetitions(String text) {
        assertThatCode(() -> BoundedPattern.require("/pattern", text)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(a+)+$",
                "(a*)*b",
                "(a|aa)+$",
                "(a|b)*",
                "([a-z]+)*",
                "((ab)+c){2}",
                "(a?){30}a{30}",
                "(?:a{1,5}){3}",
                "(.*)\\1",
                "(?=a)b",
                "(?<name>a)",
                "(?i)a",
                "\\Qa\\E",
                "[a[b]]",
                "[a&&b]",
                "a{1000}",
                "((((((((((a))))))))))",
                "[",
                ""
            })
    void refusesWhatMayTakeLong(String text) {
        assertThatThrownBy(() -> BoundedPattern.require("/pattern", text))
                .isInstanceOf(RulesRefused.class);
    }

    @Test
    void refusesALongPattern() {
        assertThatThrownBy(() -> BoundedPattern.require("/pattern", "a".repeat(257)))
                .hasMessage("is no pattern of 1 to 256 characters");
    }

    @Test
    void matchesAnywhereLikeAnyJsonSchema() {
        BoundedPattern.Steps steps = new BoundedPattern.Steps(100);
        assertThat(matches("b+", "abbc", steps)).isTrue();
        assertThat(matches("^b", "abc", steps)).isFalse();
    }

    /** What passes the guard is polynomial at worst, and that is cut off too. */
    @Test
    void givesUpWhenItHasLookedAtTooManyCharacters() {
        String text = "a".repeat(5_000);
        BoundedPattern.Steps few = new BoundedPattern.Steps(10_000);
        assertThat(matches("a*a*a*b", text, few)).isFalse();
        assertThat(few.isExhausted()).isTrue();
        BoundedPattern.Steps enough = new BoundedPattern.Steps(10_000);
        assertThat(matches("^[a-z]*$", text, enough)).isTrue();
        assertThat(enough.isExhausted()).isFalse();
    }

    private static boolean matches(String pattern, String text, BoundedPattern.Steps steps) {
        return ScopedValue.where(BoundedPattern.STEPS, steps)
                .call(() -> new BoundedPattern(pattern).matches(text));
    }
}
