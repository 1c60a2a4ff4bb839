/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import com.nulabinc.zxcvbn.Zxcvbn;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which passwords are taken. There are no rules about kinds of characters, which make passwords
 * alike; what counts is how many guesses an attacker needs who knows what people choose: lists of
 * common passwords, names and words, keyboard patterns, dates, and what the member itself is
 * called.
 */
final class PasswordRules {

    /** NIST SP 800-63B-4 asks for 15 where the password is the only factor. */
    static final int CHARACTERS_MIN = 15;

    static final int CHARACTERS_MAX = 128;

    /** The estimate grows with the square of the length, and says nothing new behind this. */
    private static final int CHARACTERS_ESTIMATED = 64;

    /** Of 0 to 4: more than 10^10 guesses. */
    private static final int SCORE_MIN = 4;

    private static final Pattern WORD_ENDS = Pattern.compile("[^\\p{L}\\p{N}]+");

    /** Its dictionaries take long to read, and are only read from then on. */
    private static final Zxcvbn ESTIMATE = new Zxcvbn();

    /**
     * Why a password is refused; empty if it is taken.
     *
     * @param own words that are the member's: address, name, organization
     */
    Optional<String> refusal(String password, List<String> own) {
        int characters = password.codePointCount(0, password.length());
        if (characters < CHARACTERS_MIN || characters > CHARACTERS_MAX) {
            return Optional.of(
                    "a password has %d to %d characters".formatted(CHARACTERS_MIN, CHARACTERS_MAX));
        }
        String judged =
                password.length() > CHARACTERS_ESTIMATED
                        ? password.substring(0, CHARACTERS_ESTIMATED)
                        : password;
        if (ESTIMATE.measure(judged, words(own)).getScore() < SCORE_MIN) {
            return Optional.of(
                    "the password is too easy to guess; a few words that have nothing to do with each other are better");
        }
        return Optional.empty();
    }

    /** Each of them and their parts: whoever knows a person tries what the person is called. */
    private static List<String> words(List<String> own) {
        return own.stream()
                .flatMap(one -> Stream.concat(Stream.of(one), WORD_ENDS.splitAsStream(one)))
                .filter(word -> word.length() > 1)
                .distinct()
                .toList();
    }
}
