/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.rollout;

import java.util.Locale;

/** How an attempt of a device ended badly. */
public enum Failure {
    /** The device said that it could not install the release. */
    NOT_INSTALLED,
    /** It went back to what it ran before. */
    REVERTED,
    /** It had begun, and was not heard of in time. */
    SILENT,
    /** It had confirmed the release, and was not well afterwards. */
    RELAPSED;

    /** The name in API and audit log, e.g. {@code not-installed}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
