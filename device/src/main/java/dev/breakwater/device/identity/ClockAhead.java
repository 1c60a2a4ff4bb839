/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.identity;

import java.io.Serial;
import java.security.cert.CertificateExpiredException;
import java.time.Instant;

/**
 * The server's certificate has ended by the time that the device's clock shows. Servers renew
 * theirs long before, so the clock is ahead, or somebody uses a key that was stolen from a server
 * of old. Which of the two only the authority can say, for this very moment.
 */
public final class ClockAhead extends CertificateExpiredException {

    @Serial private static final long serialVersionUID = 1;

    ClockAhead(Instant shown, Instant end) {
        super("the clock shows %s, and the server's certificate ended at %s".formatted(shown, end));
    }
}
