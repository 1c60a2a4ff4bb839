/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.message;

import dev.breakwater.protocol.envelope.RecipientKey;
import java.util.Base64;

/**
 * The public key of a device that opens sealed commands, on {@code me/envelope-key}: what is sent
 * to it from then on is sealed to this key.
 *
 * @param key the validity is not sent: it counts until the device says another
 */
public record OwnEnvelopeKey(RecipientKey key) {

    /** The longest payload, in bytes of JSON. */
    public static final int BYTES_MAX = 256;

    /** The payload, JSON in UTF-8. */
    public byte[] toJson() {
        return Json.write(
                Json.newObject()
                        .put("suite", key.suite().number())
                        .put("publicKey", Base64.getEncoder().encodeToString(key.encoded())));
    }
}
