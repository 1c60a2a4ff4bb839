/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.member;

import dev.breakwater.server.organization.MemberId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Something that a member has, beside the password they know.
 *
 * @param name 1 to 100 characters, for the member to tell their factors apart
 * @param confirmedAt since when it counts; until then it proves nothing
 */
public record Factor(
        FactorId id,
        MemberId member,
        Kind kind,
        String name,
        Instant createdAt,
        Optional<Instant> confirmedAt,
        Optional<Instant> lastUsedAt) {

    /** What it is. */
    public enum Kind {
        /** An app that shows six digits (RFC 6238). */
        TOTP,
        /** A key in an authenticator (WebAuthn). */
        PASSKEY;

        /** The name in API and store, e.g. {@code totp}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }

        /**
         * Reads the name.
         *
         * @throws IllegalArgumentException if there is no such kind
         */
        public static Kind parse(String code) {
            for (Kind kind : values()) {
                if (kind.code().equals(code)) {
                    return kind;
                }
            }
            throw new IllegalArgumentException("there is no kind of factor '" + code + "'");
        }
    }
}
