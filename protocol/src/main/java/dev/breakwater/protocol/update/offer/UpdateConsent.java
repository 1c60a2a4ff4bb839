/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.offer;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Whose word an installation still needs. */
public enum UpdateConsent {
    /** Nobody's: the device installs when it can. */
    AUTOMATIC,
    /** The owner's, who has not given it: the device verifies, says that it asks, and waits. */
    OWNER,
    /** It was given: the device installs when it can. */
    GIVEN;

    /** As it stands in an offer. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<UpdateConsent> of(String word) {
        return Arrays.stream(values()).filter(consent -> consent.word().equals(word)).findFirst();
    }
}
