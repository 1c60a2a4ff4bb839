/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import java.io.IOException;
import java.io.Serial;
import java.time.Duration;

/** The server ends this one connection, bears the device no grudge, and says when to come back. */
final class SentAway extends IOException {

    @Serial private static final long serialVersionUID = 1;

    private final transient Duration comeBackAfter;

    SentAway(String text, Duration comeBackAfter) {
        super(text);
        this.comeBackAfter = comeBackAfter;
    }

    /** The server's wish; it gives each of its devices another one. */
    Duration comeBackAfter() {
        return comeBackAfter;
    }
}
