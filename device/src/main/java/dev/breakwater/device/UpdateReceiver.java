/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

/**
 * Is told what the server says of updates. Called on the thread that reads the connection, which it
 * must not hold up; nothing it is handed has been checked.
 */
public interface UpdateReceiver {

    /** A payload of {@code me/update/offer} came: again at each connection while it holds. */
    void offered(byte[] payload);

    /** A payload of {@code me/update/chunk} came. */
    void arrived(byte[] payload);

    /** Whether files are fetched over the channel, so that the agent subscribes to them. */
    boolean fetchesByChannel();
}
