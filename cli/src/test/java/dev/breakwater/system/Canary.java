/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.system;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A secret that must not be found, in none of the forms in which programs let secrets slip.
 *
 * @param name says which secret it is without telling it
 * @param forms what to search for, each byte as the character of that number
 */
record Canary(String name, List<String> forms) {

    private static final int BYTES_MIN = 8;

    /** A text such as a token, which may also stand inside a longer encoded text. */
    static Canary text(String name, String secret) {
        return bytes(name, secret.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes such as those of a key. */
    static Canary bytes(String name, byte[] secret) {
        if (secret.length < BYTES_MIN) {
            throw new IllegalArgumentException(name + " is short enough to be found by chance");
        }
        List<String> forms = new ArrayList<>();
        forms.add(new String(secret, StandardCharsets.ISO_8859_1));
        String hex = HexFormat.of().formatHex(secret);
        forms.add(hex);
        forms.add(hex.toUpperCase(Locale.ROOT));
        for (int before = 0; before < 3; before++) {
            forms.add(inBase64(Base64.getEncoder(), secret, before));
            forms.add(inBase64(Base64.getUrlEncoder(), secret, before));
        }
        return new Canary(name, forms.stream().distinct().toList());
    }

    /**
     * The characters that these bytes alone decide when so many others precede them: base64 looks
     * different at each of three alignments (RFC 4648 section 4).
     */
    private static String inBase64(Base64.Encoder encoder, byte[] secret, int before) {
        byte[] padded = new byte[before + secret.length];
        System.arraycopy(secret, 0, padded, before, secret.length);
        int firstCharacter = (before * 8 + 5) / 6;
        int lastCharacter = padded.length * 8 / 6;
        return encoder.withoutPadding()
                .encodeToString(padded)
                .substring(firstCharacter, lastCharacter);
    }

    /** A big-endian number of a fixed length, as private keys are encoded (RFC 5915 section 3). */
    static byte[] scalar(BigInteger number, int length) {
        byte[] bytes = number.toByteArray();
        byte[] fixed = new byte[length];
        int copied = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - copied, fixed, length - copied, copied);
        return fixed;
    }

    boolean isIn(byte[] content) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return forms.stream().anyMatch(text::contains);
    }

    @Override
    public String toString() {
        return name;
    }
}
