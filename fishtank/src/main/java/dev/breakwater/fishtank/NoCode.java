/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.fishtank;

import dev.breakwater.device.EnrollmentCodeSource;
import dev.breakwater.device.est.EnrollmentCode;
import java.util.Optional;

/** A tank that its owner set up has its certificate by a ticket, and never had a code. */
final class NoCode implements EnrollmentCodeSource {

    @Override
    public Optional<EnrollmentCode> code() {
        return Optional.empty();
    }

    @Override
    public void erase() {
        // There is nothing to erase.
    }
}
