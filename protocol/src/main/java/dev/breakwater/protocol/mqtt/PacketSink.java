/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;

/**
 * Where a packet is written to: {@link ByteCounter} counts, {@link BufferSink} writes. The layout
 * of a packet so stands in one method, and its length cannot differ from what is written.
 */
sealed interface PacketSink permits ByteCounter, BufferSink {

    void writeByte(int value);

    void writeTwoBytes(int value);

    void writeFourBytes(long value);

    void writeVariableByteInteger(int value);

    /** A string with its length in front. */
    void writeString(String text);

    /** What remains in {@code bytes}, as it is; its position stays. */
    void writeBytes(ByteBuffer bytes);

    /** What remains in {@code bytes}, with its length in front; its position stays. */
    default void writeBinary(ByteBuffer bytes) {
        writeTwoBytes(bytes.remaining());
        writeBytes(bytes);
    }

    /** A property list with its length in front; nothing at all in 3.1.1. */
    default void writeProperties(MqttProperties properties, MqttVersion version) {
        if (version == MqttVersion.V5) {
            writeVariableByteInteger(properties.encodedLength());
            properties.writeEntries(this);
        }
    }
}
