/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.companion.DeviceSetup;
import dev.breakwater.companion.SetupResult;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;

/**
 * A device that left its own network to join another. If that failed its network comes back, and
 * whoever joins it again learns why.
 *
 * @param setup the conversation
 * @param gateway the device's address, if this computer's way out leads over it in its network
 */
record WayBack(DeviceSetup setup, Optional<InetAddress> gateway) {

    private static final Duration ONE_QUESTION = Duration.ofMillis(1);

    /**
     * What the device says went wrong; empty while it says nothing. It is not asked while this
     * computer's way out is another: at home, its address is somebody else's or nobody's.
     */
    Optional<SetupResult.Failed> failure() throws InterruptedException {
        if (gateway.isPresent() && !Gateway.only().equals(gateway)) {
            return Optional.empty();
        }
        try {
            return setup.follow(ONE_QUESTION) instanceof SetupResult.Failed failed
                    ? Optional.of(failed)
                    : Optional.empty();
        } catch (IOException notYet) {
            return Optional.empty();
        }
    }
}
