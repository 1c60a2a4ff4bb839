/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * An image as a device's root file system is one: a cpio archive of programs, texts, empty space,
 * compressed files and noise. The same seed makes the same image.
 *
 * <p>How often a word stands in it that calls a rule, which is what a scan spends its time on, is
 * held against Debian 12 (in November 2026: 64,000 files of {@code /usr/bin}, {@code /usr/sbin},
 * {@code /usr/lib/x86_64-linux-gnu}, {@code /usr/share} and {@code /etc}): per KiB 0.006 in
 * programs and libraries, 0.10 in other binary files, 0.14 in configuration and 0.61 in texts, nine
 * in ten of the latter a URL. Here it is 0.08 in programs and 0.80 in texts. {@link InstalledFiles}
 * measures the files of the machine itself.
 */
final class FirmwareImage {

    private static final String[] WORDS = {
        "the",
        "system",
        "device",
        "option",
        "network",
        "interface",
        "config",
        "enable",
        "value",
        "return",
        "if",
        "then",
        "echo",
        "export",
        "PATH=/usr/bin",
        "usage:",
        "error",
        "#",
        "service",
        "start",
        "stop",
        "license",
        "without",
        "warranty",
        "of",
        "and",
        "to"
    };

    /** Words that call rules. */
    private static final String[] CALLING_WORDS = {
        "http://example.net/path", "password", "secret", "root:x:0:0", "authorization", "psk="
    };

    private static final int WORDS_BETWEEN = 200;

    private final Random random;

    FirmwareImage(long seed) {
        this.random = new Random(seed);
    }

    byte[] ofAbout(int bytes) {
        CpioImage image = new CpioImage(bytes);
        for (int number = 0; image.size() < bytes; number++) {
            int length = 2_000 + random.nextInt(300_000);
            byte[] content =
                    switch (number % 10) {
                        case 0, 1, 2, 3, 4 -> program(length);
                        case 5, 6 -> text(length);
                        case 7 -> new byte[length];
                        case 8 -> compressed(text(length));
                        default -> noise(length);
                    };
            image.entry("usr/file" + number, content);
        }
        return image.ended();
    }

    /** Instructions repeat and are not random: few operation codes, many small numbers, strings. */
    private byte[] program(int length) {
        byte[] code = new byte[length];
        int[] operations = new int[64];
        for (int i = 0; i < operations.length; i++) {
            operations[i] = random.nextInt();
        }
        for (int i = 0; i + 8 <= length; i += 8) {
            int operation = operations[random.nextInt(operations.length)];
            for (int b = 0; b < 4; b++) {
                code[i + b] = (byte) (operation >> (8 * b));
            }
            code[i + 4] = (byte) random.nextInt(64);
            code[i + 5] = (byte) random.nextInt(4);
        }
        byte[] strings = text(length / 10);
        System.arraycopy(strings, 0, code, length - strings.length, strings.length);
        return code;
    }

    private byte[] text(int length) {
        StringBuilder text = new StringBuilder(length + 64);
        while (text.length() < length) {
            String[] words = random.nextInt(WORDS_BETWEEN) == 0 ? CALLING_WORDS : WORDS;
            text.append(words[random.nextInt(words.length)]);
            text.append(random.nextInt(9) == 0 ? '\n' : ' ');
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private byte[] noise(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] compressed(byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
        return bytes.toByteArray();
    }
}
