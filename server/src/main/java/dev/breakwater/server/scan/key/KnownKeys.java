/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.scan.key;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Keys whose private half everybody has, because it was published: by SHA-256 of the public half. A
 * device that trusts or is one of them has no key at all.
 */
public final class KnownKeys {

    private static final String FILE = "known-keys.txt";

    private final Map<String, String> names;

    private KnownKeys(Map<String, String> names) {
        this.names = Map.copyOf(names);
    }

    /** The keys that come with Breakwater. */
    public static KnownKeys builtIn() {
        try (InputStream file = KnownKeys.class.getResourceAsStream(FILE)) {
            if (file == null) {
                throw new IllegalStateException(FILE + " is not in the distribution");
            }
            Map<String, String> names = new HashMap<>();
            new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .forEach(line -> names.put(line.substring(0, 64), line.substring(64).strip()));
            return new KnownKeys(names);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Where the key was published, if it is one of them. */
    public Optional<String> publishedIn(FoundKey key) {
        return key.publicKey().flatMap(hash -> Optional.ofNullable(names.get(hash)));
    }
}
