/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.mqtt;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Bytes written as hexadecimal with comments: what follows {@code //} on a line is for people. */
final class Hex {

    private Hex() {}

    static byte[] bytes(String annotated) {
        String digits = annotated.replaceAll("//[^\n]*", "").replaceAll("\\s", "");
        return HexFormat.of().parseHex(digits);
    }

    static ByteBuffer buffer(String annotated) {
        return ByteBuffer.wrap(bytes(annotated));
    }

    static String of(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
