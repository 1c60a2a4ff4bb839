/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.protocol.DeviceSerial;

/**
 * What a device is told in the factory; none of it is secret.
 *
 * @param host the server's DNS name or address, which its certificate must carry
 * @param channelPort where the server listens for MQTT, 8883 by default
 * @param enrollmentPort where it listens for EST, 8884 by default
 * @param root the fingerprint of the server's root certificate
 * @param serial this device's serial
 * @param channel how MQTT travels
 */
public record Provisioning(
        String host,
        int channelPort,
        int enrollmentPort,
        RootFingerprint root,
        DeviceSerial serial,
        ChannelKind channel) {

    /** Refuses an empty host and ports outside 1 to 65535. */
    public Provisioning {
        if (!host.matches("[A-Za-z0-9.:-]{1,253}")) {
            throw new IllegalArgumentException(
                    "a host is a DNS name or an address of 1 to 253 characters");
        }
        requirePort("channelPort", channelPort);
        requirePort("enrollmentPort", enrollmentPort);
    }

    private static void requirePort(String name, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(name + " must be 1 to 65535, not " + port);
        }
    }
}
