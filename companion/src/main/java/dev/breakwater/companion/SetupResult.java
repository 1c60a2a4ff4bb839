/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.companion;

import dev.breakwater.protocol.setup.exchange.SetupFailure;

/** What became of an attempt to set a device up. */
public sealed interface SetupResult {

    /** The device is its owner's. */
    record Done() implements SetupResult {}

    /**
     * It failed; the device waits for another attempt.
     *
     * @param why what the owner can do something about
     * @param triesLeft how many tries the device takes before it closes its network
     */
    record Failed(SetupFailure why, int triesLeft) implements SetupResult {

        /** What to tell the owner: what went wrong, and what they can do about it. */
        public String sentence() {
            return switch (why) {
                case WRONG_PASSPHRASE -> "The network did not take the passphrase: type it again.";
                case NETWORK_NOT_FOUND ->
                        "The device does not hear the network: put it nearer to the router, or"
                                + " choose a network on 2.4 GHz.";
                case NO_INTERNET ->
                        "The network gives the device no address, or the server cannot be reached"
                                + " from it.";
                case CLOCK_WRONG ->
                        "The device's clock is wrong: leave it connected for a while, or have its"
                                + " battery replaced.";
                case SERVER_REFUSED ->
                        "The server did not take the ticket: it is too old, used, or for another"
                                + " device. Begin again.";
                case OWNED_BY_ANOTHER ->
                        "The device belongs to somebody else, who has to give it back or hand it"
                                + " on first.";
                case STORAGE_FULL -> "The device cannot store what it was told; it needs service.";
                case KEY_UNAVAILABLE -> "The device cannot use its own keys; it needs service.";
            };
        }
    }

    /**
     * The device is not to be reached any more. Most devices leave their own network while they
     * join another: if its network comes back, join it again and ask on; if it does not, the server
     * knows whether the device is there.
     */
    record OutOfReach() implements SetupResult {}
}
