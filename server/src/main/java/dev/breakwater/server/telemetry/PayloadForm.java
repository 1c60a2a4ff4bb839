/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.telemetry;

import dev.breakwater.protocol.envelope.Envelope;
import java.util.Locale;

/** How a payload is written. */
public enum PayloadForm {
    /** A JSON object in UTF-8 (RFC 8259). */
    JSON,
    /** A CBOR map (RFC 8949). */
    CBOR,
    /** An envelope that whoever has the key opens ({@link Envelope}). */
    SEALED;

    /**
     * The form by the first byte: CBOR's major type 5, or its tag "this is CBOR" (RFC 8949 section
     * 3.4.6), or an envelope's version. No JSON object begins with any of them.
     */
    static PayloadForm of(byte[] payload) {
        int first = payload.length == 0 ? 0 : payload[0] & 0xFF;
        if (Envelope.begins((byte) first)) {
            return SEALED;
        }
        return (first >= 0xA0 && first <= 0xBF) || first == 0xD9 ? CBOR : JSON;
    }

    /** The name in the API, e.g. {@code cbor}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
