/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Optional;
import java.util.zip.CRC32;

/** A line of text with its checksum, against bits that a medium forgets. It stops no attacker. */
final class CheckedLine {

    static final int BYTES_MAX = 256;

    private static final String MARK = " crc=";
    private static final int TAIL_CHARS = MARK.length() + 8 + 1;

    private CheckedLine() {}

    static String of(String line) {
        return "%s%s%s\n".formatted(line, MARK, crc(line));
    }

    /** The line without its checksum, or nothing if that is wrong. */
    static Optional<String> read(byte[] content) {
        if (content.length > BYTES_MAX || content.length < TAIL_CHARS) {
            return Optional.empty();
        }
        String text = new String(content, US_ASCII);
        String line = text.substring(0, text.length() - TAIL_CHARS);
        return of(line).equals(text) ? Optional.of(line) : Optional.empty();
    }

    private static String crc(String line) {
        CRC32 crc = new CRC32();
        crc.update(line.getBytes(US_ASCII));
        return "%08x".formatted(crc.getValue());
    }
}
