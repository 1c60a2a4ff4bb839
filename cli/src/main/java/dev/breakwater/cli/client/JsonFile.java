/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A file that holds what is to be sent. */
public final class JsonFile {

    private static final long BYTES_MAX = 1L << 20;

    private JsonFile() {}

    /**
     * Reads it.
     *
     * @param of what it holds, for whoever reads why it was refused, e.g. {@code rules}
     */
    public static JsonNode read(Path file, String of) {
        try {
            if (Files.size(file) > BYTES_MAX) {
                throw new CommandFailed(ExitCode.USAGE, file + " is larger than 1 MiB");
            }
            return JsonMapper.shared().readTree(Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the file of %s %s cannot be read: %s".formatted(of, file, unreadable),
                    unreadable);
        } catch (JacksonException malformed) {
            throw new CommandFailed(
                    ExitCode.USAGE, "the file of %s %s is no JSON".formatted(of, file), malformed);
        }
    }
}
