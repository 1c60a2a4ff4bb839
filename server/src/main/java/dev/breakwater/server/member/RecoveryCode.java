/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.protocol.SecureBytes;
import dev.breakwater.server.account.SecretDigest;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Proves a second factor once, when the factors themselves are lost: 24 letters and digits, 120
 * random bits, in groups of four. Shown once, stored as its digest.
 */
public final class RecoveryCode {

    /** How many a member has. */
    public static final int COUNT = 10;

    private static final String ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789";
    private static final int CHARACTERS = 24;
    private static final int GROUP = 4;

    private final String characters;

    private RecoveryCode(String characters) {
        this.characters = characters;
    }

    static List<RecoveryCode> fresh() {
        return IntStream.range(0, COUNT).mapToObj(each -> one()).toList();
    }

    private static RecoveryCode one() {
        StringBuilder text = new StringBuilder(CHARACTERS);
        for (int i = 0; i < CHARACTERS; i++) {
            text.append(SecureBytes.oneOf(ALPHABET));
        }
        return new RecoveryCode(text.toString());
    }

    /** What somebody shows, however they group it. */
    static RecoveryCode shown(String text) {
        return new RecoveryCode(text.replaceAll("[- ]", "").toLowerCase(Locale.ROOT));
    }

    SecretDigest digest() {
        return SecretDigest.of("recovery " + characters);
    }

    /** The code, to be shown once. */
    public String reveal() {
        return String.join(
                "-",
                IntStream.range(0, characters.length() / GROUP)
                        .mapToObj(i -> characters.substring(i * GROUP, (i + 1) * GROUP))
                        .toList());
    }

    @Override
    public String toString() {
        return "recovery code [REDACTED]";
    }
}
