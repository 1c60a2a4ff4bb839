/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan;

import java.io.Serial;

/** The scan as a whole goes no further. */
final class ScanEnded extends RuntimeException {

    @Serial private static final long serialVersionUID = 1;

    private final Gap.Kind kind;
    private final String detail;

    ScanEnded(Gap.Kind kind, String detail) {
        super(detail, null, false, false);
        this.kind = kind;
        this.detail = detail;
    }

    String detail() {
        return detail;
    }

    Gap.Kind kind() {
        return kind;
    }
}
