/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.device;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which devices a command is for: named one by one, in a file, or both. */
public final class Serials {

    private static final long FILE_BYTES_MAX = 8L << 20;

    @Option(
            names = "--serial",
            paramLabel = "SERIAL",
            description = "A device; may be given several times.")
    private List<String> named = new ArrayList<>();

    @Option(
            names = "--serials-file",
            paramLabel = "FILE",
            description = "A file with one serial on each line; # begins a comment.")
    private @Nullable Path file;

    /** None yet; the command line fills it. */
    public Serials() {}

    /** All of them; one that is there twice is a mistake in somebody's list. */
    public Set<String> all() {
        List<String> all = new ArrayList<>(named);
        if (file != null) {
            all.addAll(read(file));
        }
        if (all.isEmpty()) {
            throw new CommandFailed(
                    ExitCode.USAGE, "say for which devices: give --serial or --serials-file");
        }
        Set<String> distinct = new LinkedHashSet<>();
        for (String serial : all) {
            if (!distinct.add(serial)) {
                throw new CommandFailed(
                        ExitCode.USAGE, "the serial '" + serial + "' is there twice");
            }
        }
        return distinct;
    }

    private static List<String> read(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new CommandFailed(
                        ExitCode.USAGE, file + " is larger than 8 MiB; make several of it");
            }
            return Files.readAllLines(file).stream()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the file of serials " + file + " cannot be read: " + unreadable,
                    unreadable);
        }
    }
}
