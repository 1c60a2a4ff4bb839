/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device;

import dev.breakwater.device.channel.ChannelKind;
import dev.breakwater.device.identity.KeyPlace;
import dev.breakwater.device.identity.RootFingerprint;
import dev.breakwater.protocol.DeviceSerial;
import java.util.Set;

/**
 * What a device is told in the factory; none of it is secret.
 *
 * @param host the server's DNS name or address, which its certificate must carry
 * @param channelPort where the server listens for MQTT, 8883 by default
 * @param enrollmentPort where it listens for EST, 8884 by default
 * @param root the fingerprint of the server's root certificate
 * @param serial this device's serial
 * @param channel how MQTT travels
 * @param keys where the device keeps its keys
 * @param envelopeKeys hashes of the keys that its organization alone holds, as the server's API
 *     shows them (64 hexadecimal digits): the device then seals to these and no others; empty if it
 *     seals to the server's key
 */
public record Provisioning(
        String host,
        int channelPort,
        int enrollmentPort,
        RootFingerprint root,
        DeviceSerial serial,
        ChannelKind channel,
        KeyPlace keys,
        Set<String> envelopeKeys) {

    /** More than an organization may have on a server. */
    private static final int ENVELOPE_KEYS_MAX = 64;

    /** Refuses an empty host and ports outside 1 to 65535. */
    public Provisioning {
        if (!host.matches("[A-Za-z0-9.:-]{1,253}")) {
            throw new IllegalArgumentException(
                    "a host is a DNS name or an address of 1 to 253 characters");
        }
        envelopeKeys = Set.copyOf(envelopeKeys);
        if (envelopeKeys.size() > ENVELOPE_KEYS_MAX
                || !envelopeKeys.stream().allMatch(hash -> hash.matches("[0-9a-f]{64}"))) {
            throw new IllegalArgumentException(
                    "envelopeKeys are at most %d hashes of 64 hexadecimal digits in lower case"
                            .formatted(ENVELOPE_KEYS_MAX));
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
