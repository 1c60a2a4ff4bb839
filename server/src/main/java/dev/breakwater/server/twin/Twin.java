/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.twin;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a device says it is, and what it should become.
 *
 * @param reported as the device last said
 * @param desired as an operator or an app last said
 */
public record Twin(StateDocument reported, StateDocument desired) {

    /** The twin of a device that nobody has said anything about. */
    public static final Twin UNTOUCHED = new Twin(StateDocument.UNTOUCHED, StateDocument.UNTOUCHED);

    /** The part of the desired state that the device does not report. */
    public ObjectNode difference() {
        return Difference.of(desired.state(), reported.state());
    }
}
