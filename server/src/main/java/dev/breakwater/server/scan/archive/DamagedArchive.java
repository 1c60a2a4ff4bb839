/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.archive;

import java.io.IOException;
import java.io.Serial;

/** An archive that is not what it says it is: cut off, or a checksum that does not fit. */
public final class DamagedArchive extends IOException {

    @Serial private static final long serialVersionUID = 1;

    /** What is wrong with it, for people. */
    public DamagedArchive(String detail) {
        super(detail);
    }

    DamagedArchive(String detail, Throwable cause) {
        super(detail, cause);
    }
}
