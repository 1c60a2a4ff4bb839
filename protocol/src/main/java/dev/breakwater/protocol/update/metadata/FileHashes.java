/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The hashes of a file. All of them that are known here must agree; one at least must be known.
 *
 * @param hexByName in lower-case hexadecimal, by the name the specification has for the function
 */
public record FileHashes(Map<String, String> hexByName) {

    /** What is known here, with Java's names; the first that is listed names files. */
    private static final Map<String, String> KNOWN =
            new TreeMap<>(Map.of("sha256", "SHA-256", "sha512", "SHA-512"));

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{2,256}");

    /** Refuses an empty list and what is no lower-case hexadecimal. */
    public FileHashes {
        hexByName = Collections.unmodifiableMap(new TreeMap<>(hexByName));
        if (hexByName.isEmpty()) {
            throw new IllegalArgumentException("a file must have at least one hash");
        }
        if (!hexByName.values().stream().allMatch(hex -> HEX.matcher(hex).matches())) {
            throw new IllegalArgumentException("a hash must be lower-case hexadecimal digits");
        }
    }

    /** The SHA-256 of a content. */
    public static FileHashes sha256(byte[] content) {
        return new FileHashes(
                Map.of("sha256", HexFormat.of().formatHex(digest("SHA-256").digest(content))));
    }

    /** The SHA-256; empty if it is not listed. */
    public Optional<String> sha256() {
        return Optional.ofNullable(hexByName.get("sha256"));
    }

    /** The hash that a consistent snapshot puts before a file's name; empty if none is known. */
    public Optional<String> first() {
        return KNOWN.keySet().stream()
                .filter(hexByName::containsKey)
                .map(hexByName::get)
                .findFirst();
    }

    /** Takes a file in pieces, and says at its end whether it is the one. */
    public Comparison comparison() {
        return new Comparison();
    }

    /** Whether the content is this file. */
    public boolean areOf(byte[] content) {
        Comparison comparison = comparison();
        comparison.update(content, 0, content.length);
        return comparison.agrees();
    }

    private static MessageDigest digest(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Hashes one file. Not for use by several threads. */
    public final class Comparison {

        private final Map<String, MessageDigest> digests = new TreeMap<>();

        private Comparison() {
            for (Map.Entry<String, String> known : KNOWN.entrySet()) {
                if (hexByName.containsKey(known.getKey())) {
                    digests.put(known.getKey(), digest(known.getValue()));
                }
            }
        }

        /** The next piece. */
        public void update(byte[] piece, int from, int count) {
            digests.values().forEach(digest -> digest.update(piece, from, count));
        }

        /** Whether all known hashes agree, of which there must be one. Ends the comparison. */
        public boolean agrees() {
            return !digests.isEmpty()
                    && digests.entrySet().stream()
                            .allMatch(
                                    entry ->
                                            HexFormat.of()
                                                    .formatHex(entry.getValue().digest())
                                                    .equals(hexByName.get(entry.getKey())));
        }
    }
}
