/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.session;

/**
 * Told when devices come and go, of each device in order. Both methods are called while the device
 * can neither come nor go, and must neither block nor touch the live sessions.
 */
public interface ConnectionWatch {

    /** For where nobody watches. */
    ConnectionWatch NOBODY =
            new ConnectionWatch() {
                @Override
                public void connected(DeviceSession session) {
                    // Nobody wants to know.
                }

                @Override
                public void disconnected(DeviceSession session) {
                    // Nobody wants to know.
                }
            };

    /** The session is the device's now, whether or not there was one before. */
    void connected(DeviceSession session);

    /** The device has no session any more; this was its last one. */
    void disconnected(DeviceSession session);
}
