/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.ca.ledger;

import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;

/** Whom a certificate names. The kind of subject decides the profile. */
public sealed interface CertificateSubject {

    /** The common name of the certificate, at most 64 characters (RFC 5280 appendix A.1). */
    String commonName();

    /**
     * A device.
     *
     * @param id the server's name for it, in the subject alternative name
     * @param serial its maker's name for it, in the common name
     */
    record Device(DeviceId id, DeviceSerial serial) implements CertificateSubject {
        @Override
        public String commonName() {
            return serial.text();
        }
    }

    /** A listener of this server. */
    record Server(ServerNames names) implements CertificateSubject {

        private static final int COMMON_NAME_CHARS_MAX = 64;

        /** A host name may be longer than a common name; clients look at the alternative names. */
        @Override
        public String commonName() {
            String first = names.first();
            return first.length() <= COMMON_NAME_CHARS_MAX ? first : "breakwater listener";
        }
    }
}
