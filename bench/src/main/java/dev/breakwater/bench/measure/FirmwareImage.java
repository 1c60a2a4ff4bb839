/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.bench.measure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/**
 * An image as a device's root file system is one: a cpio archive of programs, texts, empty space,
 * compressed files and certificates. The same seed makes the same image.
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

    /** Words that call rules. One of two hundred is such: about one in a kibibyte of text. */
    private static final String[] CALLING_WORDS = {
        "http://example.net/path", "password", "secret", "root:x:0:0", "authorization", "psk="
    };

    private static final int WORDS_BETWEEN = 200;

    private final Random random;

    FirmwareImage(long seed) {
        this.random = new Random(seed);
    }

    byte[] ofAbout(int bytes) {
        ByteArrayOutputStream image = new ByteArrayOutputStream(bytes + (1 << 20));
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
            entry(image, "usr/file" + number, content);
        }
        entry(image, "TRAILER!!!", new byte[0]);
        return image.toByteArray();
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

    private static void entry(ByteArrayOutputStream image, String name, byte[] content) {
        String header =
                "07070100000001000081A400000000000000000000000100000000%08X"
                                .formatted(content.length)
                        + "0".repeat(32)
                        + "%08X00000000".formatted(name.length() + 1);
        image.writeBytes((header + name + "\0").getBytes(StandardCharsets.US_ASCII));
        image.writeBytes(new byte[(4 - image.size() % 4) % 4]);
        image.writeBytes(content);
        image.writeBytes(new byte[(4 - image.size() % 4) % 4]);
    }
}
