/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import java.util.Optional;

/** Why an attempt to set a device up failed, as far as its owner can do something about it. */
public enum SetupFailure {
    /** The network did not take the passphrase. */
    WRONG_PASSPHRASE("wrong-passphrase"),
    /** The device does not hear the network. */
    NETWORK_NOT_FOUND("network-not-found"),
    /** The network gives no address, or the server cannot be reached from it. */
    NO_INTERNET("no-internet"),
    /** The device's clock shows a time at which the server's certificate is not valid. */
    CLOCK_WRONG("clock-wrong"),
    /** It is not the server with the fingerprint, or it does not take the ticket. */
    SERVER_REFUSED("server-refused"),
    /** The device has another owner, who has to give it up first. */
    OWNED_BY_ANOTHER("owned-by-another"),
    /** The device cannot store what it got. */
    STORAGE_FULL("storage-full"),
    /** The token that holds the device's keys is gone, or does not sign. */
    KEY_UNAVAILABLE("key-unavailable");

    private final String code;

    SetupFailure(String code) {
        this.code = code;
    }

    /** Its name in messages. */
    public String code() {
        return code;
    }

    static Optional<SetupFailure> ofCode(String code) {
        for (SetupFailure failure : values()) {
            if (failure.code.equals(code)) {
                return Optional.of(failure);
            }
        }
        return Optional.empty();
    }
}
