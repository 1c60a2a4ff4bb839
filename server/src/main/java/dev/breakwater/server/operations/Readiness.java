/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.operations;

import java.util.Optional;

/** One thing the server needs to do its work. */
public interface Readiness {

    /** What it is, one word. */
    String name();

    /** Why it is not ready, in words without secrets; empty if it is. May block for a moment. */
    Optional<String> why();
}
