/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

import dev.breakwater.server.organization.OrganizationId;

/**
 * What a device has left to be said if it does not come back in time. Exactly one of {@link #say}
 * and {@link #drop} is called, once, unless the server stops first.
 */
public interface LastWord {

    /** Whose device it is. */
    OrganizationId organization();

    /** Says it. Must not block, nor touch the live sessions. */
    void say();

    /** The device is back, or has no right to speak any more: it is never said. */
    void drop();
}
