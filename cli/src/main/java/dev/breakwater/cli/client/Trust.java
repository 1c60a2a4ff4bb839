/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.companion.account.RootTrust;
import java.util.Locale;
import javax.net.ssl.SSLContext;

/** By what a server is recognized. */
public sealed interface Trust permits Fingerprint, SystemRoots {

    /**
     * Reads what {@code --root} and a profile say: a fingerprint, or {@code system}.
     *
     * @throws IllegalArgumentException if it is neither
     */
    static Trust parse(String text) {
        return text.strip().toLowerCase(Locale.ROOT).equals(SystemRoots.WORD)
                ? new SystemRoots()
                : Fingerprint.parse(text);
    }

    /** A TLS context in which this counts and nothing else. */
    default SSLContext context() {
        return RootTrust.parse(toString()).tls();
    }
}
