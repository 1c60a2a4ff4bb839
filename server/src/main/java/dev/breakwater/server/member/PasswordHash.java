/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

/**
 * A password as it lies on disk: Argon2id's own text form, with its parameters and its salt.
 *
 * @param text e.g. {@code $argon2id$v=19$m=19456,t=2,p=1$<salt>$<hash>}
 */
public record PasswordHash(String text) {

    @Override
    public String toString() {
        return "password hash [REDACTED]";
    }
}
