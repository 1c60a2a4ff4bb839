/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.server.artifact;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far an upload has come. It is written after the bytes are on disk, so that what a crash has
 * left behind them counts for nothing.
 *
 * @param length bytes of the whole
 * @param received bytes that are on disk
 * @param touched when somebody last went on with it
 */
record Progress(long length, long received, Instant touched) {

    private static final Pattern FORM = Pattern.compile("(\\d{1,18}) (\\d{1,18}) (\\d{1,12})\n");

    /** What the file says; empty if there is none, or none that can be believed. */
    static Optional<Progress> read(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.US_ASCII);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(
                new Progress(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        Instant.ofEpochSecond(Long.parseLong(matcher.group(3)))));
    }

    void write(Path file) throws IOException {
        String text = "%d %d %d\n".formatted(length, received, touched.getEpochSecond());
        DurableFile.replace(file, text.getBytes(StandardCharsets.US_ASCII));
    }

    Progress come(long to, Instant now) {
        return new Progress(length, to, now);
    }
}
