/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.identity;

/** Told when a device has got another status. */
public interface StatusWatch {

    /** For where nobody watches. */
    StatusWatch NOBODY = _ -> {};

    /**
     * It is durable, and in force.
     *
     * @param device as it stands now
     */
    void statusChanged(Device device);
}
