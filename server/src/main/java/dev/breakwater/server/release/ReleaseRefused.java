/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.release;

import java.io.Serial;
import java.util.Locale;

/** A file that was handed in is not taken. The text says why, to whoever may hand one in. */
public final class ReleaseRefused extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final Fault fault;

    /** What is wrong with it. */
    public enum Fault {
        /** It is no metadata, or says what nobody may say. */
        MALFORMED,
        /** Too few of the keys that count have signed it. */
        WRONG_SIGNATURES,
        /** It is not the next edition. */
        WRONG_VERSION,
        /** Its time is over. */
        EXPIRED,
        /** Something has to come before it. */
        TOO_EARLY,
        /** It gives a key a role that the key must not have, or the server's key none. */
        WRONG_KEYS,
        /** It delegates to somebody else than the director. */
        WRONG_DELEGATION,
        /** A release in it is not as releases are. */
        WRONG_RELEASE,
        /** A release is for something else than this product. */
        OTHER_PRODUCT,
        /** A release is not newer than those before it. */
        WRONG_COUNTER,
        /** A release names an artifact that is not stored, or is another one. */
        NO_SUCH_ARTIFACT,
        /** The artifact of a release has secrets in it, or was not looked through. */
        ARTIFACT_BLOCKED;

        /** As the audit log has it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    ReleaseRefused(Fault fault, String text) {
        super(text);
        this.fault = fault;
    }

    ReleaseRefused(Fault fault, String text, Throwable cause) {
        super(text, cause);
        this.fault = fault;
    }

    /** What is wrong. */
    public Fault fault() {
        return fault;
    }

    /** Says what is wrong, for people. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
