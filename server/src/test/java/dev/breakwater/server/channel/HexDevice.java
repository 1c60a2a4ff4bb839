/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.channel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.breakwater.protocol.mqtt.MqttVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * A device in bytes: what it says and what it must hear stand in the test as hexadecimal, as the
 * specification shows them. What follows {@code //} on a line is for people.
 */
final class HexDevice implements AutoCloseable {

    /** Clean session, keep-alive 60 s, no client identifier. */
    static final String CONNECT_311 = "10 0C 00 04 4D 51 54 54 04 02 00 3C 00 00";

    /** The same of 5.0, without properties. */
    static final String CONNECT_5 = "10 0D 00 04 4D 51 54 54 05 02 00 3C 00 00 00";

    static final String PINGREQ = "C0 00";
    static final String PINGRESP = "D0 00";

    private static final HexFormat HEX = HexFormat.ofDelimiter(" ").withUpperCase();

    private final ChannelScene.Enrolled device;
    private final RawDevice raw;

    private HexDevice(ChannelScene.Enrolled device, RawDevice raw) {
        this.device = device;
        this.raw = raw;
    }

    /** A device of its own, through the TLS handshake. */
    static HexDevice dial(ChannelScene scene, String serial) throws IOException {
        return dial(scene, scene.enroll(serial));
    }

    /** One more connection of a device. */
    static HexDevice dial(ChannelScene scene, ChannelScene.Enrolled device) throws IOException {
        return new HexDevice(
                device, RawDevice.dial(scene.port(), device.identity(), MqttVersion.V5));
    }

    /** A device of its own, through CONNACK. */
    static HexDevice connect(ChannelScene scene, String serial, MqttVersion version)
            throws IOException {
        HexDevice device = dial(scene, serial);
        device.says(connect(version));
        device.hearsAccepted();
        return device;
    }

    static String connect(MqttVersion version) {
        return version == MqttVersion.V5 ? CONNECT_5 : CONNECT_311;
    }

    /** A packet with its remaining length, of up to 2 MiB. */
    static String packet(String firstByte, String... body) {
        String all = String.join(" ", body);
        int length = bytes(all).length;
        StringBuilder head = new StringBuilder(firstByte);
        int rest = length;
        do {
            head.append(" %02X".formatted((rest & 0x7F) | (rest > 0x7F ? 0x80 : 0)));
            rest >>>= 7;
        } while (rest > 0);
        return head + " " + all;
    }

    /** A string with its length in front. */
    static String text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return "%02X %02X %s".formatted(utf8.length >> 8, utf8.length & 0xFF, HEX.formatHex(utf8));
    }

    /** Characters as they are. */
    static String ascii(String text) {
        return HEX.formatHex(text.getBytes(StandardCharsets.US_ASCII));
    }

    static byte[] bytes(String annotated) {
        String digits = annotated.replaceAll("//[^\n]*", "").replaceAll("\\s", "");
        return HexFormat.of().parseHex(digits);
    }

    ChannelScene.Enrolled device() {
        return device;
    }

    HexDevice says(String... packets) throws IOException {
        raw.sendBytes(bytes(String.join("\n", packets)));
        return this;
    }

    /** The next bytes are these. */
    HexDevice hears(String... packets) throws IOException {
        byte[] expected = bytes(String.join("\n", packets));
        assertThat(HEX.formatHex(raw.receiveBytes(expected.length)))
                .isEqualTo(HEX.formatHex(expected));
        return this;
    }

    /** The next packet, whatever it is. */
    String hearsPacket() throws IOException {
        ByteArrayOutputStream packet = new ByteArrayOutputStream();
        packet.writeBytes(raw.receiveBytes(1));
        int length = 0;
        int shift = 0;
        byte[] digit;
        do {
            digit = raw.receiveBytes(1);
            packet.writeBytes(digit);
            length |= (digit[0] & 0x7F) << shift;
            shift += 7;
        } while (digit[0] < 0);
        packet.writeBytes(raw.receiveBytes(length));
        return HEX.formatHex(packet.toByteArray());
    }

    /** A CONNACK that accepts, and says that there was no session; its properties come back. */
    String hearsAccepted() throws IOException {
        String connAck = hearsPacket();
        assertThat(connAck).matches("20 .. 00 00( .*)?");
        return connAck.substring("20 .. 00 00".length()).strip();
    }

    /** Nothing but these bytes, and then the end. */
    void hearsEnd(String... packets) throws IOException {
        assertThat(HEX.formatHex(raw.untilClosed()))
                .isEqualTo(HEX.formatHex(bytes(String.join("\n", packets))));
    }

    /** The server has nothing more to say, and still listens. */
    HexDevice isServed() throws IOException {
        return says(PINGREQ).hears(PINGRESP);
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
