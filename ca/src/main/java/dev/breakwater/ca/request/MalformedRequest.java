/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.request;

import java.io.Serial;

/** Bytes that are not a certificate request we read. */
public final class MalformedRequest extends Exception {

    @Serial private static final long serialVersionUID = 1;

    /** What is wrong with the bytes. */
    public enum Reason {
        /** There are none. */
        EMPTY,
        /** There are more than {@value CertificateRequest#BYTES_MAX}. */
        TOO_LARGE,
        /** Not ASN.1, cut short, or not in the distinguished encoding. */
        NOT_DER,
        /** A whole value, and then something more. */
        TRAILING_BYTES,
        /** DER, but not the structure of RFC 2986. */
        NOT_PKCS10,
        /** Another version than 1 (RFC 2986 section 4.1). */
        VERSION,
        /**
         * An attribute or a requested extension that cannot be read, or that stands there twice.
         */
        ATTRIBUTES
    }

    private final Reason reason;

    MalformedRequest(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** What is wrong with the bytes. */
    public Reason reason() {
        return reason;
    }
}
