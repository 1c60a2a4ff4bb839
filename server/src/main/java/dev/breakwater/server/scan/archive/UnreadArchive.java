/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.Serial;

/** An archive, or an entry of one, that is whole for all we know and that we do not look into. */
public final class UnreadArchive extends IOException {

    @Serial private static final long serialVersionUID = 1;

    /** Why not. */
    public enum Reason {
        /** It takes a password. */
        ENCRYPTED,
        /** We do not know the form. */
        UNSUPPORTED,
        /** It takes more memory than there is for it. */
        MEMORY
    }

    private final Reason reason;
    private final String detail;

    UnreadArchive(Reason reason, String detail) {
        super(detail);
        this.reason = reason;
        this.detail = detail;
    }

    /** What exactly, for people. */
    public String detail() {
        return detail;
    }

    /** Why not. */
    public Reason reason() {
        return reason;
    }
}
