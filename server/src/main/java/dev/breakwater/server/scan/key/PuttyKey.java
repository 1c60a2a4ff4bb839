/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A key file of PuTTY: its first line, and lines that are said to be private. */
final class PuttyKey {

    private static final String PRIVATE = "Private-Lines: ";
    private static final int FILE_BYTES_MAX = 16_384;
    private static final int BODY_CHARACTERS_MIN = 24;

    private PuttyKey() {}

    static Optional<FoundKey> at(byte[] data, int at, int end) {
        int length = Math.min(end - at, FILE_BYTES_MAX);
        String text = new String(data, at, length, StandardCharsets.ISO_8859_1);
        int lines = text.indexOf(PRIVATE);
        int body = lines < 0 ? -1 : text.indexOf('\n', lines);
        if (body < 0) {
            return Optional.empty();
        }
        int to = body + 1;
        while (to < text.length() && PemKey.isBase64(text.charAt(to))) {
            to++;
        }
        if (to - body - 1 < BODY_CHARACTERS_MIN) {
            return Optional.empty();
        }
        return Optional.of(
                new FoundKey(
                        "private-key-putty", "private key, PuTTY", at, at + to, Optional.empty()));
    }
}
