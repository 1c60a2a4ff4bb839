/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.hostile;

import static dev.breakwater.testkit.hostile.HostileBytes.hex;

import java.util.stream.Stream;

/**
 * What is sent to a server or device in place of MQTT. None of it is a packet that may be obeyed:
 * whoever reads it closes the connection, at once or when nothing more comes.
 */
public final class HostileMqtt {

    private static final String CONNECT = "10 0D 00 04 4D 51 54 54 05 02 00 3C 00 00 00";

    private HostileMqtt() {}

    /** A CONNECT of MQTT 5 that is right, with an empty client id; to be cut, or sent twice. */
    public static byte[] connect() {
        return hex("a CONNECT", CONNECT).value();
    }

    /** What comes first on a connection and is no CONNECT that may be answered with success. */
    public static Stream<Sample<byte[]>> insteadOfConnect() {
        return Stream.of(
                hex("a PUBLISH of 256 MiB", "30 FF FF FF 7F"),
                hex("a CONNECT of 256 MiB", "10 FF FF FF 7F"),
                hex("a length of five bytes", "10 FF FF FF FF 01"),
                hex("a length that could be shorter", "10 8D 00"),
                hex("a packet type that is none", "00 00"),
                hex(
                        "a CONNECT with flags of PUBLISH",
                        "1F 0D 00 04 4D 51 54 54 05 02 00 3C 00 00 00"),
                hex("a CONNECT without content", "10 00"),
                hex("another protocol", "10 0D 00 04 48 54 54 50 05 02 00 3C 00 00 00"),
                hex("a version of the future", "10 0D 00 04 4D 51 54 54 99 02 00 3C 00 00 00"),
                hex("reserved flags", "10 0D 00 04 4D 51 54 54 05 03 00 3C 00 00 00"),
                hex("a will of QoS 3", "10 0D 00 04 4D 51 54 54 05 1E 00 3C 00 00 00"),
                hex(
                        "properties longer than their packet",
                        "10 0D 00 04 4D 51 54 54 05 02 00 3C 7F 00 00"),
                hex(
                        "a client id that is no UTF-8",
                        "10 0F 00 04 4D 51 54 54 05 02 00 3C 00 00 02 C0 AF"),
                hex("a client id with a NUL", "10 0F 00 04 4D 51 54 54 05 02 00 3C 00 00 02 61 00"),
                hex("a PINGREQ before anything else", "C0 00"),
                hex("an end before a beginning", "E0 00"),
                HostileHttp.bytes("HTTP", "GET / HTTP/1.1\r\n\r\n"));
    }

    /** What a client that is connected by MQTT 5 may not send: a server ends its connection. */
    public static Stream<Sample<byte[]>> afterConnect() {
        return Stream.of(
                hex("a second CONNECT", CONNECT),
                hex("a CONNACK, which only servers send", "20 03 00 00 00"),
                hex("a PUBLISH of QoS 3", "36 08 00 01 61 00 01 00 78 78"),
                hex("a PUBLISH without a topic", "30 03 00 00 00"),
                hex("a PUBLISH to a wildcard", "30 04 00 01 23 00"),
                hex("a PUBLISH whose topic is no UTF-8", "30 05 00 02 C0 AF 00"),
                hex("a PUBLISH whose topic is longer than it", "30 04 FF FF 61 00"),
                hex("a PUBLISH of QoS 1 with the packet id 0", "32 06 00 01 61 00 00 00"),
                hex("a SUBSCRIBE to nothing", "82 03 00 01 00"),
                hex("a SUBSCRIBE with other flags", "80 07 00 01 00 00 01 61 00"),
                hex("a packet of a reserved type", "00 00"),
                hex("a length of five bytes", "30 FF FF FF FF 01"));
    }
}
