/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.attestation;

import dev.breakwater.protocol.DeviceId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The challenges that wait, one a device, in memory: a restart forgets them, and devices ask again.
 * Thread-safe.
 */
final class OpenChallenges {

    private final Map<DeviceId, OpenChallenge> open;

    /**
     * Makes an empty table.
     *
     * @param openMax how many wait at most; the oldest goes first, which is the least bad: its
     *     device asks again, and each device has one place alone
     */
    OpenChallenges(int openMax) {
        open =
                new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<DeviceId, OpenChallenge> eldest) {
                        return size() > openMax;
                    }
                };
    }

    /** Takes the place of the device's earlier one. */
    synchronized void put(DeviceId device, OpenChallenge challenge) {
        open.remove(device);
        open.put(device, challenge);
    }

    /** Taken once, whatever comes of it: a second answer finds none. */
    synchronized Optional<OpenChallenge> take(DeviceId device, UUID id) {
        OpenChallenge found = open.get(device);
        if (found == null || !found.challenge().id().equals(id)) {
            return Optional.empty();
        }
        open.remove(device);
        return Optional.of(found);
    }
}
