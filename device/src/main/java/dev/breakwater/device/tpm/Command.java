/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.tpm;

import java.time.Duration;
import java.util.Locale;

/** The commands used here, their codes (Part 2, section 6.5.2) and how long each may last. */
enum Command {
    /** Derives a primary key; an RSA key can take a TPM most of a minute. */
    CREATE_PRIMARY(0x131, 90),
    CREATE(0x153, 30),
    LOAD(0x157, 15),
    SIGN(0x15D, 15),
    CERTIFY(0x148, 15),
    ACTIVATE_CREDENTIAL(0x147, 15),
    START_AUTH_SESSION(0x176, 15),
    POLICY_SECRET(0x151, 15),
    UNSEAL(0x15E, 15),
    NV_DEFINE_SPACE(0x12A, 15),
    NV_UNDEFINE_SPACE(0x122, 15),
    NV_READ_PUBLIC(0x169, 15),
    NV_INCREMENT(0x134, 15),
    NV_READ(0x14E, 15),
    FLUSH_CONTEXT(0x165, 15);

    private static final String NV = "NV_";

    private final int code;
    private final Duration limit;

    Command(int code, int secondsMax) {
        this.code = code;
        this.limit = Duration.ofSeconds(secondsMax);
    }

    int code() {
        return code;
    }

    /** After this, whoever waits is told that the TPM does not answer. */
    Duration limit() {
        return limit;
    }

    /** As the specification calls it. */
    String title() {
        StringBuilder title = new StringBuilder("TPM2_");
        String words = name();
        if (words.startsWith(NV)) {
            title.append(NV);
            words = words.substring(NV.length());
        }
        for (String word : words.split("_", -1)) {
            title.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return title.toString();
    }
}
