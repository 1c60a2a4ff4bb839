/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion.account;

import java.security.GeneralSecurityException;
import java.util.Locale;
import javax.net.ssl.SSLContext;

/** By what an app recognizes its server. */
public sealed interface RootTrust {

    /**
     * By one root certificate and nothing else. A Breakwater server shows its root at the end of
     * its chain; the platform's own authorities play no part.
     *
     * @param fingerprint SHA-256 of the root's DER, 64 hexadecimal digits in lower case
     */
    record Pinned(String fingerprint) implements RootTrust {

        private static final String PREFIX = "sha256:";

        /** Refuses any other form. */
        public Pinned {
            if (!fingerprint.matches("[0-9a-f]{64}")) {
                throw new IllegalArgumentException(
                        "a fingerprint is sha256: and 64 hexadecimal digits");
            }
        }

        @Override
        public String toString() {
            return PREFIX + fingerprint;
        }
    }

    /**
     * By whatever authorities the platform trusts, any of which can vouch for any name: for a
     * server whose API has a publicly trusted certificate.
     */
    record Platform() implements RootTrust {

        private static final String WORD = "system";

        @Override
        public String toString() {
            return WORD;
        }
    }

    /**
     * Reads a fingerprint as servers and OpenSSL print it, with or without {@code sha256:} and
     * colons, or {@code system}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static RootTrust parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.equals(Platform.WORD)) {
            return new Platform();
        }
        String digits =
                lower.startsWith(Pinned.PREFIX) ? lower.substring(Pinned.PREFIX.length()) : lower;
        return new Pinned(digits.replace(":", ""));
    }

    /** TLS in which this counts and nothing else. */
    default SSLContext tls() {
        try {
            return switch (this) {
                case Pinned(var fingerprint) -> PinnedRoot.tls(fingerprint);
                case Platform() -> {
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(null, null, null);
                    yield context;
                }
            };
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("every Java runtime has TLS", impossible);
        }
    }
}
