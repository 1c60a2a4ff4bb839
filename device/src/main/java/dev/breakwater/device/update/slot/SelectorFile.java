/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.device.update.slot;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.breakwater.protocol.sealing.DurableFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The choice as a line in a file, replaced by a rename:
 *
 * <pre>
 * breakwater-boot 1 confirmed=a trial=b boots=2 crc=5d0c2b11
 * </pre>
 */
public final class SelectorFile implements BootSelector {

    private static final Pattern LINE =
            Pattern.compile("breakwater-boot 1 confirmed=([ab])(?: trial=([ab]) boots=([0-9]))?");

    private final Path file;

    /** The record in this file, which need not be there yet. */
    public SelectorFile(Path file) {
        this.file = file;
    }

    @Override
    public Optional<BootChoice> read() throws IOException {
        byte[] content;
        try (InputStream in = Files.newInputStream(file)) {
            content = in.readNBytes(CheckedLine.BYTES_MAX + 1);
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
        return CheckedLine.read(content).flatMap(SelectorFile::parse);
    }

    private static Optional<BootChoice> parse(String line) {
        Matcher matcher = LINE.matcher(line);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Slot confirmed = Slot.ofCode(matcher.group(1)).orElseThrow();
        if (matcher.group(2) == null) {
            return Optional.of(BootChoice.of(confirmed));
        }
        return Slot.ofCode(matcher.group(2)).orElseThrow() == confirmed
                ? Optional.empty()
                : Optional.of(confirmedAnd(confirmed, matcher.group(3)));
    }

    private static BootChoice confirmedAnd(Slot confirmed, String boots) {
        return BootChoice.of(confirmed).withTrial(Integer.parseInt(boots));
    }

    @Override
    public void write(BootChoice choice) throws IOException {
        String line =
                "breakwater-boot 1 confirmed="
                        + choice.confirmed().code()
                        + choice.trial()
                                .map(
                                        trial ->
                                                " trial=%s boots=%d"
                                                        .formatted(
                                                                trial.slot().code(),
                                                                trial.bootsLeft()))
                                .orElse("");
        DurableFile.replace(file, CheckedLine.of(line).getBytes(US_ASCII));
    }
}
