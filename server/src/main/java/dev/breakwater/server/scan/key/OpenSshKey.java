/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * OpenSSH's own form (PROTOCOL.key): magic, cipher, key derivation and its options, how many keys,
 * the public one, the private one. The magic alone stands in every program that reads such keys.
 */
final class OpenSshKey {

    private static final int MAGIC_BYTES = 15;
    private static final int NAME_BYTES_MAX = 64;
    private static final int PUBLIC_BYTES_MAX = 8_192;

    private OpenSshKey() {}

    static Optional<FoundKey> at(byte[] data, int at, int end) {
        ByteBuffer buffer = ByteBuffer.wrap(data, at, end - at).position(at + MAGIC_BYTES);
        Optional<byte[]> cipher = string(buffer, NAME_BYTES_MAX);
        Optional<byte[]> derivation = string(buffer, NAME_BYTES_MAX);
        Optional<byte[]> options = string(buffer, NAME_BYTES_MAX * 4);
        if (cipher.isEmpty()
                || derivation.isEmpty()
                || options.isEmpty()
                || !isName(cipher.get())
                || !isName(derivation.get())
                || buffer.remaining() < Integer.BYTES
                || buffer.getInt() != 1) {
            return Optional.empty();
        }
        Optional<byte[]> publicKey = string(buffer, PUBLIC_BYTES_MAX);
        if (publicKey.isEmpty()) {
            return Optional.empty();
        }
        boolean inClear = Arrays.equals(cipher.get(), new byte[] {'n', 'o', 'n', 'e'});
        return Optional.of(
                new FoundKey(
                        "private-key-openssh",
                        inClear ? "private key, OpenSSH" : "encrypted private key, OpenSSH",
                        at,
                        buffer.position(),
                        PublicHalf.ofSsh(publicKey.get())));
    }

    private static boolean isName(byte[] text) {
        for (byte b : text) {
            if (b <= ' ' || b > '~') {
                return false;
            }
        }
        return text.length > 0;
    }

    private static Optional<byte[]> string(ByteBuffer buffer, int longest) {
        if (buffer.remaining() < Integer.BYTES) {
            return Optional.empty();
        }
        int length = buffer.getInt();
        if (length < 0 || length > longest || length > buffer.remaining()) {
            return Optional.empty();
        }
        byte[] text = new byte[length];
        buffer.get(text);
        return Optional.of(text);
    }
}
