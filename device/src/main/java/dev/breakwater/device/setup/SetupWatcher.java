/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.setup;

import dev.breakwater.protocol.setup.exchange.SetupState;
import java.net.InetSocketAddress;

/** Is told how set-up goes, for a lamp or a screen; called by several threads, and returns soon. */
public interface SetupWatcher {

    /** The device can be reached here, in its own network. */
    void reachable(InetSocketAddress where);

    /** The device has come so far. */
    void reached(SetupState state);
}
