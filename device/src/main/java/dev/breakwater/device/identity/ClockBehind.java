/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.Serial;
import java.security.cert.CertificateNotYetValidException;
import java.time.Instant;

/**
 * The server's certificate begins only after the time that the device's clock shows. The pinned
 * authority signs nothing ahead of time, so the clock is behind, or somebody wants us to think so:
 * the server has to prove what time it is before it is spoken to.
 */
public final class ClockBehind extends CertificateNotYetValidException {

    @Serial private static final long serialVersionUID = 1;

    ClockBehind(Instant shown, Instant beginning) {
        super(
                "the clock shows %s, and the server's certificate begins at %s"
                        .formatted(shown, beginning));
    }
}
