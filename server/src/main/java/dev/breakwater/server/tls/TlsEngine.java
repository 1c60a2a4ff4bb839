/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.tls;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Who does the cryptography of TLS. */
public enum TlsEngine {
    /** BoringSSL, by native code: hybrid key exchange, and about half of the JDK's CPU. */
    BORINGSSL,
    /**
     * The JDK alone, for whoever wants no native code between the network and a certificate. The
     * JDK offers no hybrid group in version 25.
     */
    JDK;

    /** The name in the configuration and in metrics, e.g. {@code boringssl}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The engine of this name, if there is one. */
    public static Optional<TlsEngine> of(String code) {
        return Arrays.stream(values()).filter(engine -> engine.code().equals(code)).findFirst();
    }
}
