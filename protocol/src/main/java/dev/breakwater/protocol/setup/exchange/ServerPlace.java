/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.setup.exchange;

import dev.breakwater.protocol.message.MalformedMessage;
import dev.breakwater.protocol.message.Members;
import java.util.OptionalInt;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where a device finds its server, and how it knows it.
 *
 * @param host a DNS name or an address, which the server's certificate carries
 * @param apiPort where people and apps speak to it, for the device's information
 * @param enrollmentPort where it enrolls devices, by default 8884
 * @param channelPort where devices connect, by default 8883
 * @param rootFingerprint the SHA-256 of the server's root certificate, 64 hexadecimal digits in
 *     lower case
 */
public record ServerPlace(
        String host,
        OptionalInt apiPort,
        int enrollmentPort,
        int channelPort,
        String rootFingerprint) {

    private static final String NOUN = "the server of a set-up";

    /** Refuses what is no host, port or fingerprint. */
    public ServerPlace {
        if (!host.matches("[A-Za-z0-9.:-]{1,253}")) {
            throw new IllegalArgumentException(
                    "a host is a DNS name or an address of 1 to 253 characters");
        }
        apiPort.ifPresent(port -> requirePort("apiPort", port));
        requirePort("enrollmentPort", enrollmentPort);
        requirePort("channelPort", channelPort);
        if (!rootFingerprint.matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException(
                    "rootFingerprint must be 64 hexadecimal digits in lower case");
        }
    }

    private static void requirePort(String name, int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException(name + " must be 1 to 65535, not " + port);
        }
    }

    /** The place as JSON. */
    public byte[] toJson() {
        Members members = Members.ofNothing(NOUN);
        write(members);
        return members.bytes();
    }

    /** Reads what {@link #toJson} wrote. */
    public static ServerPlace parse(byte[] json) throws MalformedMessage {
        return read(Members.parse(json, SetupPaths.REQUEST_BYTES_MAX, NOUN));
    }

    static ServerPlace read(ObjectNode object) throws MalformedMessage {
        return read(Members.of(object, NOUN));
    }

    private static ServerPlace read(Members members) throws MalformedMessage {
        members.requireWithin(
                Set.of("host", "apiPort", "enrollmentPort", "channelPort", "rootFingerprint"));
        OptionalInt apiPort =
                members.has("apiPort")
                        ? OptionalInt.of(members.number("apiPort"))
                        : OptionalInt.empty();
        String host = members.text("host");
        int enrollmentPort = members.number("enrollmentPort");
        int channelPort = members.number("channelPort");
        String rootFingerprint = members.text("rootFingerprint");
        return members.built(
                () -> new ServerPlace(host, apiPort, enrollmentPort, channelPort, rootFingerprint));
    }

    ObjectNode write(Members into) {
        ObjectNode object = into.object();
        object.put("host", host);
        apiPort.ifPresent(port -> object.put("apiPort", port));
        return object.put("enrollmentPort", enrollmentPort)
                .put("channelPort", channelPort)
                .put("rootFingerprint", rootFingerprint);
    }
}
