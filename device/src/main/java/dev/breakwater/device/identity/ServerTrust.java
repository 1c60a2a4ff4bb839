/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/**
 * The server's root, found by its fingerprint, and the issuing certificates that came with it. Only
 * the root is trusted; the others merely help to build chains to it.
 */
public final class ServerTrust {

    private final X509Certificate root;
    private final List<X509Certificate> intermediates;

    private ServerTrust(X509Certificate root, List<X509Certificate> intermediates) {
        this.root = root;
        this.intermediates = intermediates;
    }

    /**
     * Picks the pinned root out of certificates from anywhere: the fingerprint alone decides.
     *
     * @throws CertificateRefused if none of them has the fingerprint
     */
    public static ServerTrust pinned(RootFingerprint pin, Collection<X509Certificate> certificates)
            throws CertificateRefused {
        for (X509Certificate candidate : certificates) {
            if (RootFingerprint.of(candidate).equals(pin)) {
                return new ServerTrust(
                        candidate,
                        certificates.stream().filter(other -> !other.equals(candidate)).toList());
            }
        }
        throw new CertificateRefused(
                "none of the server's %d certificates has the pinned fingerprint %s: this is not our server, or its root was replaced"
                        .formatted(certificates.size(), pin));
    }

    /** The only trust anchor. */
    public X509Certificate root() {
        return root;
    }

    /** Certificates between the root and the devices'. */
    public List<X509Certificate> intermediates() {
        return intermediates;
    }
}
