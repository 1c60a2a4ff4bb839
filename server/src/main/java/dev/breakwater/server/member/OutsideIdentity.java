/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

/**
 * Somebody, as an identity provider knows them. Both together name one person for good (OpenID
 * Connect Core section 5.7); an address names whoever has it today, and is no part of this.
 *
 * @param issuer the provider
 * @param subject 1 to 255 characters that the provider gives to no other person
 */
public record OutsideIdentity(String issuer, String subject) {

    /** The longest subject (OpenID Connect Core section 2). */
    public static final int SUBJECT_CHARACTERS_MAX = 255;

    /** Refuses what no provider may call anybody. */
    public OutsideIdentity {
        if (subject.isEmpty() || subject.length() > SUBJECT_CHARACTERS_MAX) {
            throw new IllegalArgumentException("a subject has 1 to 255 characters");
        }
    }
}
