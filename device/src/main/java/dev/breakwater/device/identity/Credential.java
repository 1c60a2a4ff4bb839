/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import dev.breakwater.protocol.DeviceId;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A key and the certificate for it: what the device connects with.
 *
 * @param key the key pair
 * @param chain the device's certificate, then those above it, without the root; never empty
 * @param deviceId the device's id as the certificate states it
 */
public record Credential(DeviceKey key, List<X509Certificate> chain, DeviceId deviceId) {

    /** Copies the chain. */
    public Credential {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a credential has a certificate");
        }
    }

    /** The device's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** From when on the certificate is valid. */
    public Instant notBefore() {
        return certificate().getNotBefore().toInstant();
    }

    /** Until when the certificate is valid. */
    public Instant notAfter() {
        return certificate().getNotAfter().toInstant();
    }

    /**
     * The moment that lies a fraction of the certificate's life after its beginning.
     *
     * @param fraction 0 to 1
     */
    public Instant lifePoint(double fraction) {
        Duration life = Duration.between(notBefore(), notAfter());
        return notBefore().plusSeconds((long) (life.toSeconds() * fraction));
    }
}
