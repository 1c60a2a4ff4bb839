/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Which names an archive may use. Everything that two file systems could understand differently is
 * refused: characters outside printable ASCII, backslashes, colons, and two names that differ by
 * case alone.
 */
final class ArchivedName {

    private static final int CHARS_MAX = 512;
    private static final int DEPTH_MAX = 32;
    private static final int SEGMENT_CHARS_MAX = 128;

    private final Set<String> files = new HashSet<>();
    private final Set<String> directories = new HashSet<>();

    /** Accepts the next name of an archive, or says why not. */
    void accept(String name, boolean directory) throws ArtifactRefused {
        String bare = directory ? name.substring(0, name.length() - 1) : name;
        if (bare.isEmpty() || bare.length() > CHARS_MAX) {
            throw new ArtifactRefused(
                    "the archive has a name of %d characters; 1 to %d are allowed"
                            .formatted(bare.length(), CHARS_MAX));
        }
        if (bare.chars().anyMatch(c -> c < 0x20 || c > 0x7e || c == '\\' || c == ':')) {
            throw new ArtifactRefused(
                    "the archive has a name with a character that is not printable ASCII, or \\ or :");
        }
        String[] segments = bare.split("/", -1);
        if (segments.length > DEPTH_MAX) {
            throw new ArtifactRefused(
                    "the archive has a name %d directories deep; %d are allowed"
                            .formatted(segments.length, DEPTH_MAX));
        }
        for (String segment : segments) {
            // An absolute path begins with an empty segment.
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                throw new ArtifactRefused("the archive's name %s leaves its place".formatted(bare));
            }
            if (segment.length() > SEGMENT_CHARS_MAX) {
                throw new ArtifactRefused(
                        "the archive has a name of more than %d characters between slashes"
                                .formatted(SEGMENT_CHARS_MAX));
            }
        }
        take(bare.toLowerCase(Locale.ROOT), directory, bare);
    }

    private void take(String folded, boolean directory, String shown) throws ArtifactRefused {
        // A directory may have been implied by a file in it, but not named twice.
        boolean fresh = directory ? directories.add(folded + "/") : files.add(folded);
        boolean other = directory ? files.contains(folded) : implied(folded);
        if (!fresh || other) {
            throw new ArtifactRefused(
                    "the archive has %s twice, or differing by case only".formatted(shown));
        }
        for (int slash = folded.indexOf('/'); slash > 0; slash = folded.indexOf('/', slash + 1)) {
            String parent = folded.substring(0, slash);
            if (files.contains(parent)) {
                throw new ArtifactRefused("the archive has %s below a file".formatted(shown));
            }
            boolean _ = directories.add(parent);
        }
    }

    private boolean implied(String folded) {
        return directories.contains(folded) || directories.contains(folded + "/");
    }
}
