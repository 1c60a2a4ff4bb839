/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.enrollment;

import dev.breakwater.protocol.DeviceSerial;
import dev.breakwater.server.identity.ProductId;
import dev.breakwater.server.risk.Assurance;
import java.time.Duration;
import java.util.Set;

/**
 * What an operator asks for.
 *
 * @param note to recognize the code by, at most 200 characters
 * @param serials which devices it is for, at least one
 * @param uses how many of them may enroll, 1 to the number of serials
 * @param validity how long it is good for
 * @param approvalNeeded whether an operator must approve each enrollment
 * @param assurance where the devices keep their keys: in software or in hardware, and nothing more,
 *     for the server takes the maker's word for it
 */
public record NewEnrollmentCode(
        ProductId product,
        String note,
        Set<DeviceSerial> serials,
        int uses,
        Duration validity,
        boolean approvalNeeded,
        Assurance assurance) {

    private static final int NOTE_CHARACTERS_MAX = 200;

    /** Copies the serials; refuses what cannot be. */
    public NewEnrollmentCode {
        serials = Set.copyOf(serials);
        if (serials.isEmpty()) {
            throw new IllegalArgumentException("an enrollment code is for at least one serial");
        }
        if (uses < 1 || uses > serials.size()) {
            throw new IllegalArgumentException(
                    "uses is %d, outside 1 to %d, the number of serials"
                            .formatted(uses, serials.size()));
        }
        if (assurance != Assurance.SOFTWARE_KEY && assurance != Assurance.HARDWARE_KEY) {
            throw new IllegalArgumentException(
                    "an enrollment code states software-key or hardware-key, not "
                            + assurance.code());
        }
        if (note.length() > NOTE_CHARACTERS_MAX) {
            throw new IllegalArgumentException(
                    "a note has at most " + NOTE_CHARACTERS_MAX + " characters");
        }
    }

    /** A code for one device that may enroll once without further ado. */
    public static NewEnrollmentCode forOne(
            ProductId product, DeviceSerial serial, Duration validity) {
        return new NewEnrollmentCode(
                product, "", Set.of(serial), 1, validity, false, Assurance.SOFTWARE_KEY);
    }
}
