/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.protocol.update.metadata;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/** Which paths a delegated role may speak of. */
public sealed interface PathScope {

    /** Whether the role may speak of this path. */
    boolean includes(String path);

    /**
     * Paths by patterns: an asterisk is any part of one level, a question mark one character of it.
     *
     * @param patterns may be none, and then no path is included
     */
    record Patterns(List<String> patterns) implements PathScope {

        /** Refuses patterns that are empty or too long. */
        public Patterns {
            patterns = List.copyOf(patterns);
            for (String pattern : patterns) {
                if (pattern.isEmpty()
                        || pattern.length() > MetadataLimits.TARGET_PATH_CHARACTERS_MAX) {
                    throw new IllegalArgumentException(
                            "a pattern must have 1 to %d characters"
                                    .formatted(MetadataLimits.TARGET_PATH_CHARACTERS_MAX));
                }
            }
        }

        @Override
        public boolean includes(String path) {
            return patterns.stream().anyMatch(pattern -> matches(pattern, path));
        }

        private static boolean matches(String pattern, String path) {
            String[] patternLevels = pattern.split("/", -1);
            String[] pathLevels = path.split("/", -1);
            if (patternLevels.length != pathLevels.length) {
                return false;
            }
            for (int level = 0; level < pathLevels.length; level++) {
                if (!matchesLevel(
                        patternLevels[level].codePoints().toArray(),
                        pathLevels[level].codePoints().toArray())) {
                    return false;
                }
            }
            return true;
        }

        /** Goes back to the last asterisk only, so its time is bounded by the product of both. */
        private static boolean matchesLevel(int[] pattern, int[] level) {
            int p = 0;
            int asterisk = -1;
            int resumed = 0;
            for (int l = 0; l < level.length; ) {
                if (p < pattern.length && pattern[p] == '*') {
                    asterisk = p++;
                    resumed = l;
                } else if (p < pattern.length && (pattern[p] == '?' || pattern[p] == level[l])) {
                    p++;
                    l++;
                } else if (asterisk >= 0) {
                    p = asterisk + 1;
                    l = ++resumed;
                } else {
                    return false;
                }
            }
            while (p < pattern.length && pattern[p] == '*') {
                p++;
            }
            return p == pattern.length;
        }
    }

    /**
     * Paths by the beginning of their SHA-256, which spreads many over bins.
     *
     * @param prefixes in lower-case hexadecimal
     */
    record HashPrefixes(List<String> prefixes) implements PathScope {

        private static final Pattern FORM = Pattern.compile("[0-9a-f]{1,64}");

        /** Refuses what no hash begins with. */
        public HashPrefixes {
            prefixes = List.copyOf(prefixes);
            if (!prefixes.stream().allMatch(prefix -> FORM.matcher(prefix).matches())) {
                throw new IllegalArgumentException(
                        "a prefix must be 1 to 64 lower-case hexadecimal digits");
            }
        }

        @Override
        public boolean includes(String path) {
            String hash =
                    FileHashes.sha256(path.getBytes(StandardCharsets.UTF_8)).sha256().orElseThrow();
            return prefixes.stream().anyMatch(hash::startsWith);
        }
    }
}
