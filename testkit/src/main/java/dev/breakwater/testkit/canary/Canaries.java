/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.canary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import dev.breakwater.protocol.SecureBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Secrets that a test knows, to be planted in everything a device keeps, and looked for afterwards.
 *
 * <pre>{@code
 * Canaries canaries = new Canaries();
 * storage.write("wifi", canaries.plant("wifi password"));
 * // ... erase the device ...
 * assertThat(canaries.search(root)).isEmpty();
 * }</pre>
 *
 * <p>Files are read whole, so look through images of some megabytes. Not safe for use by many
 * threads.
 */
public final class Canaries {

    private static final int BYTES = 24;

    /** Fewer would be found by chance in a large image. */
    private static final int BYTES_MIN = 8;

    /** How private keys begin, as PEM and as PKCS#8 of P-256 in DER. */
    private static final Map<String, byte[]> PATTERNS =
            Map.of(
                    "a private key in PEM",
                    "PRIVATE KEY-----".getBytes(US_ASCII),
                    "a P-256 key in PKCS#8",
                    HexFormat.of().parseHex("020100301306072a8648ce3d020106082a8648ce3d030107"));

    private final Map<String, byte[]> planted = new LinkedHashMap<>();

    /**
     * Somewhere a secret is.
     *
     * @param what which
     * @param form raw, hex, base64, reversed or UTF-16
     * @param file where
     */
    public record Found(String what, String form, Path file) {}

    /** A fresh secret of 24 bytes, printable, so that any kind of field takes it. */
    public byte[] plant(String what) {
        byte[] canary = Base64.getUrlEncoder().encode(SecureBytes.fresh(BYTES * 3 / 4));
        lookFor(what, canary);
        return canary.clone();
    }

    /** Looks for a secret that was made elsewhere, such as a private key's number. */
    public void lookFor(String what, byte[] secret) {
        if (secret.length < BYTES_MIN) {
            throw new IllegalArgumentException(
                    "a canary is at least %d bytes, or chance finds it".formatted(BYTES_MIN));
        }
        planted.put(what, secret.clone());
    }

    /** How many are looked for. */
    public int size() {
        return planted.size();
    }

    /** Looks through a file, or all files below a directory. */
    public List<Found> search(Path root) throws IOException {
        List<Found> found = new ArrayList<>();
        try (var all = Files.walk(root)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                String content = new String(Files.readAllBytes(file), ISO_8859_1);
                planted.forEach(
                        (what, secret) ->
                                forms(secret)
                                        .forEach(
                                                (form, texts) -> {
                                                    if (texts.stream()
                                                            .anyMatch(content::contains)) {
                                                        found.add(new Found(what, form, file));
                                                    }
                                                }));
                PATTERNS.forEach(
                        (what, pattern) -> {
                            if (content.contains(new String(pattern, ISO_8859_1))) {
                                found.add(new Found(what, "raw", file));
                            }
                        });
            }
        }
        return found;
    }

    private static Map<String, List<String>> forms(byte[] secret) {
        String hex = HexFormat.of().formatHex(secret);
        List<String> base64 = new ArrayList<>();
        for (int before = 0; before < 3; before++) {
            base64.add(core(Base64.getEncoder(), secret, before));
            base64.add(core(Base64.getUrlEncoder(), secret, before));
        }
        return Map.of(
                "raw",
                List.of(new String(secret, ISO_8859_1)),
                "reversed",
                List.of(new StringBuilder(new String(secret, ISO_8859_1)).reverse().toString()),
                "UTF-16",
                List.of(
                        new String(new String(secret, ISO_8859_1).getBytes(UTF_16LE), ISO_8859_1),
                        new String(new String(secret, ISO_8859_1).getBytes(UTF_16BE), ISO_8859_1)),
                "hex",
                List.of(hex, hex.toUpperCase(Locale.ROOT)),
                "base64",
                base64);
    }

    /** The characters that depend on the secret alone, with so many bytes before it. */
    private static String core(Base64.Encoder encoder, byte[] secret, int before) {
        byte[] shifted = new byte[before + secret.length];
        System.arraycopy(secret, 0, shifted, before, secret.length);
        String text = encoder.withoutPadding().encodeToString(shifted);
        int begin = (before * 8 + 5) / 6;
        int end = shifted.length * 8 / 6;
        return text.substring(begin, end);
    }
}
