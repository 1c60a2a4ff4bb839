/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** A cpio archive, "newc", that grows. */
final class CpioImage {

    private static final int ALIGNMENT = 4;
    private static final int SPARE_BYTES = 1 << 20;

    private final ByteArrayOutputStream bytes;

    CpioImage(int bytesAbout) {
        this.bytes = new ByteArrayOutputStream(bytesAbout + SPARE_BYTES);
    }

    int size() {
        return bytes.size();
    }

    void entry(String name, byte[] content) {
        byte[] named = (name + "\0").getBytes(StandardCharsets.UTF_8);
        String header =
                "07070100000001000081A400000000000000000000000100000000%08X"
                                .formatted(content.length)
                        + "0".repeat(32)
                        + "%08X00000000".formatted(named.length);
        bytes.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(named);
        align();
        bytes.writeBytes(content);
        align();
    }

    private void align() {
        bytes.writeBytes(new byte[(ALIGNMENT - bytes.size() % ALIGNMENT) % ALIGNMENT]);
    }

    /** All of it; nothing is added afterwards. */
    byte[] ended() {
        entry("TRAILER!!!", new byte[0]);
        return bytes.toByteArray();
    }
}
