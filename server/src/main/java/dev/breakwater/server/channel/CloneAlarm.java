/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import dev.breakwater.server.firewall.Firewall;
import dev.breakwater.server.identity.Admission;
import dev.breakwater.server.identity.AuthenticatedDevice;
import dev.breakwater.server.identity.DeviceRegistry;
import dev.breakwater.server.refusal.RefusalReason;
import java.util.Map;

/** Takes a device off whose key is in two hands, and sees to it that people learn of it at once. */
record CloneAlarm(DeviceRegistry registry, Firewall firewall) {

    /**
     * A connection has answered after another had taken its place. Blocks until the device is off.
     *
     * @param answering who is at its other end
     */
    void answered(AuthenticatedDevice device, Peer answering) {
        registry.quarantineClone(
                device,
                "a connection from %s answered after another had taken its place: a clone is suspected"
                        .formatted(answering.sourceAddress()));
        firewall.cloned(
                device.organization(),
                device.id(),
                Map.of("sign", "answered-after-takeover", "source", answering.sourceAddress()));
    }

    /** A known device was refused; if its successor is in use, the registry has taken it off. */
    void refused(Admission.Refused refusal, Peer peer) {
        boolean outlived =
                refusal.reason() == RefusalReason.CERTIFICATE_SUPERSEDED
                        || refusal.reason() == RefusalReason.DEVICE_TOKEN_SUPERSEDED;
        if (outlived && refusal.organization().isPresent() && refusal.device().isPresent()) {
            firewall.cloned(
                    refusal.organization().get(),
                    refusal.device().get(),
                    Map.of("sign", refusal.reason().code(), "source", peer.sourceAddress()));
        }
    }
}
