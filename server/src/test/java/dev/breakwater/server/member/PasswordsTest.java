/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordsTest {

    private static final List<String> OWN = List.of("pat@reef.example", "Pat Reef");

    private final Passwords passwords = new Passwords();
    private final PasswordRules rules = new PasswordRules();

    @Test
    void knowsAPasswordByItsHash() {
        PasswordHash hash = passwords.hash("teal lantern over gravel");
        assertThat(passwords.matches("teal lantern over gravel", Optional.of(hash))).isTrue();
        assertThat(passwords.matches("teal lantern over gravel ", Optional.of(hash))).isFalse();
        assertThat(passwords.matches("", Optional.of(hash))).isFalse();
    }

    @Test
    void takesALongPasswordAndLooksAtEachOfItsCharacters() {
        String longest = "Teal lantern over gravel, and ".repeat(5).substring(0, 128);
        assertThat(rules.refusal(longest, OWN)).isEmpty();
        assertThat(rules.refusal(longest + "x", OWN)).isPresent();
        PasswordHash hash = passwords.hash(longest);
        assertThat(passwords.matches(longest, Optional.of(hash))).isTrue();
        for (int at : new int[] {0, 63, 64, 71, 72, 126, 127}) {
            StringBuilder other = new StringBuilder(longest);
            other.setCharAt(at, longest.charAt(at) == '#' ? '+' : '#');
            assertThat(passwords.matches(other.toString(), Optional.of(hash)))
                    .as("another character at %d", at)
                    .isFalse();
        }
        assertThat(passwords.matches(longest.toLowerCase(Locale.ROOT), Optional.of(hash)))
                .isFalse();
    }

    @Test
    void hashesTheSamePasswordDifferentlyEachTime() {
        assertThat(passwords.hash("teal lantern over gravel"))
                .isNotEqualTo(passwords.hash("teal lantern over gravel"));
    }

    @Test
    void knowsAPasswordThatAnotherKeyboardWroteInAnotherForm() {
        PasswordHash hash = passwords.hash("gr\u00fcne Laternen im Kies");
        assertThat(passwords.matches("gru\u0308ne Laternen im Kies", Optional.of(hash))).isTrue();
    }

    @Test
    void matchesNothingWhereThereIsNoPassword() {
        assertThat(passwords.matches("", Optional.empty())).isFalse();
        assertThat(passwords.matches("teal lantern over gravel", Optional.empty())).isFalse();
    }

    @Test
    void keepsItsSecretsToItself() {
        assertThat(passwords.hash("teal lantern over gravel").toString()).doesNotContain("argon2");
        assertThat(passwords.hash("teal lantern over gravel").text())
                .startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "teal lantern over gravel",
                "correct-horse-staple-lagoon",
                "xK3#vQ9!mZ7pW2$",
                "\u9b5a\u7f38\u88e1\u7684\u71c8\u5149\u7167\u8457\u788e\u77f3\u8207\u6c34\u8349\u3002\u3002"
            })
    void takesWhatIsHardToGuess(String password) {
        assertThat(rules.refusal(password, OWN)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "fourteen chars",
                "passwordpassword",
                "qwertyuiopasdfgh",
                "123456789012345",
                "aaaaaaaaaaaaaaaaaaaa",
                "pat@reef.example",
                "patreefpatreefpat"
            })
    void refusesWhatIsEasyToGuess(String password) {
        assertThat(rules.refusal(password, OWN)).isPresent();
    }

    @Test
    void refusesWhatIsLongerThanAnybodyTypes() {
        assertThat(rules.refusal("teal lantern ".repeat(10), OWN)).isPresent();
    }
}
