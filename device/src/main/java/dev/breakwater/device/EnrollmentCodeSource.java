/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.est.EnrollmentCode;
import java.io.IOException;
import java.util.Optional;

/** Where the device's one-time enrollment code is until it has been used. */
public interface EnrollmentCodeSource {

    /** The code, or nothing once it has been erased. */
    Optional<EnrollmentCode> code() throws IOException;

    /**
     * Erases the code. The agent calls this as soon as the first certificate is durable, and again
     * at each start with a certificate, in case the power was cut in between; it does nothing if
     * there is no code.
     */
    void erase() throws IOException;
}
