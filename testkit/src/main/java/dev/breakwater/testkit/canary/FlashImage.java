/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.testkit.canary;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A copy of a device's storage, in the hands of somebody who does not know what to look for: what
 * looks like a secret by its form, and what looks like chance.
 *
 * <pre>{@code
 * FlashImage image = FlashImage.of(copy);
 * assertThat(image.secrets()).isEmpty();
 * assertThat(image.noise()).allMatch(one -> one.file().toString().endsWith(".sealed"));
 * }</pre>
 *
 * <p>Files are read whole, one at a time; contents are bytes, compared as ISO 8859-1. What is
 * compressed or split over files is seen as chance or not at all.
 */
public final class FlashImage {

    /** A stretch of a file that is judged as one. */
    private static final int WINDOW_BYTES = 256;

    /** Of less, chance and text cannot be told apart. */
    private static final int NOISE_BYTES_MIN = 32;

    /** Of what chance of the same length has. */
    private static final double NOISE_SHARE = 0.94;

    /** Bits for each character of a run that may be base64; words and numbers have fewer. */
    private static final double ENCODED_BITS_MIN = 4.0;

    private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{32,}");
    private static final Pattern ENCODED = Pattern.compile("[A-Za-z0-9+_-]{24,}");

    private static final Map<String, Pattern> SECRETS = secretForms();

    private final Path root;

    private FlashImage(Path root) {
        this.root = root;
    }

    /** A file, or everything below a directory. */
    public static FlashImage of(Path root) {
        return new FlashImage(root);
    }

    /**
     * Something that looks like a secret.
     *
     * @param what which kind
     */
    public record Secret(String what, Path file) {}

    /**
     * Something that looks like chance: a key, what is encrypted, a hash.
     *
     * @param text what it is if it is written in hex or base64; empty if it is bytes
     * @param offset where it begins, in bytes
     */
    public record Noise(Path file, long offset, String text) {}

    private static Map<String, Pattern> secretForms() {
        Map<String, Pattern> forms = new LinkedHashMap<>();
        forms.put("PEM", Pattern.compile("-----BEGIN [A-Z0-9 ]+-----"));
        forms.put(
                "a JSON web token",
                Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]*"));
        forms.put(
                "a field of a secret",
                Pattern.compile(
                        "(?i)(ssid|psk|passphrase|password|passwd|secret|enrollmentcode|ticket|token)[\"']?\\s*[=:]"));
        forms.put("a token of this system", Pattern.compile("\\bbw[a-z]_[0-9a-z]{8,}"));
        forms.put(
                "a private key in PKCS#8",
                Pattern.compile(
                        "\\x02\\x01[\\x00\\x01]\\x30.?\\x06(\\x07\\x2a\\x86\\x48\\xce\\x3d\\x02\\x01|\\x09\\x2a\\x86\\x48\\x86\\xf7\\x0d\\x01\\x01\\x01|\\x03\\x2b\\x65[\\x6e-\\x71])",
                        Pattern.DOTALL));
        forms.put(
                "an EC private key",
                Pattern.compile("\\x30.\\x02\\x01\\x01\\x04\\x20", Pattern.DOTALL));
        return forms;
    }

    /** How many files there are to look through. */
    public int files() throws IOException {
        return paths().size();
    }

    /** Everything that has the form of a secret, whatever it is. */
    public List<Secret> secrets() throws IOException {
        List<Secret> found = new ArrayList<>();
        for (Path file : paths()) {
            String content = content(file);
            SECRETS.forEach(
                    (what, form) -> {
                        if (form.matcher(content).find()) {
                            found.add(new Secret(what, file));
                        }
                    });
        }
        return found;
    }

    /** Everything that looks like chance, as bytes or written out. */
    public List<Noise> noise() throws IOException {
        List<Noise> found = new ArrayList<>();
        for (Path file : paths()) {
            String content = content(file);
            for (int from = 0; from < content.length(); from += WINDOW_BYTES) {
                // The last window reaches back, so that a short rest is judged with what precedes.
                int begin = Math.max(0, Math.min(from, content.length() - WINDOW_BYTES));
                int end = Math.min(content.length(), begin + WINDOW_BYTES);
                if (looksLikeChance(content.substring(begin, end))) {
                    found.add(new Noise(file, begin, ""));
                }
            }
            written(HEX, content, file, 0, found);
            written(ENCODED, content, file, ENCODED_BITS_MIN, found);
        }
        return found;
    }

    private static void written(
            Pattern form, String content, Path file, double bitsMin, List<Noise> found) {
        Matcher matcher = form.matcher(content);
        while (matcher.find()) {
            if (bits(matcher.group()) >= bitsMin) {
                found.add(new Noise(file, matcher.start(), matcher.group()));
            }
        }
    }

    private static boolean looksLikeChance(String stretch) {
        return stretch.length() >= NOISE_BYTES_MIN
                && bits(stretch) >= NOISE_SHARE * bitsOfChance(stretch.length());
    }

    /** What so many random bytes have; the seed makes it the same each time. */
    private static double bitsOfChance(int length) {
        byte[] chance = new byte[length];
        new Random(length).nextBytes(chance);
        return bits(new String(chance, ISO_8859_1));
    }

    /** Shannon's entropy of the characters, in bits for each. */
    private static double bits(String text) {
        int[] counts = new int[256];
        text.chars().forEach(character -> counts[character & 0xFF]++);
        return Arrays.stream(counts)
                .filter(count -> count > 0)
                .mapToDouble(count -> (double) count / text.length())
                .map(share -> -share * Math.log(share) / Math.log(2))
                .sum();
    }

    private List<Path> paths() throws IOException {
        try (var all = Files.walk(root)) {
            return all.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static String content(Path file) throws IOException {
        return new String(Files.readAllBytes(file), ISO_8859_1);
    }
}
