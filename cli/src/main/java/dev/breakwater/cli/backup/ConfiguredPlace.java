/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.backup;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.server.ConfigurationFile;
import dev.breakwater.cli.server.ConfigurationRefused;
import dev.breakwater.cli.server.DataPlace;
import dev.breakwater.server.BackupBroken;
import dev.breakwater.server.BackupRefused;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The server that is meant, named by its configuration as {@code breakwater server} names it. */
final class ConfiguredPlace {

    private final ConfigurationFile configurationFile;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The server's configuration. Without it, the defaults.")
    private Optional<Path> config = Optional.empty();

    ConfiguredPlace(Map<String, String> environment) {
        this.configurationFile =
                new ConfigurationFile(
                        Path.of(environment.getOrDefault("HOME", ".")), Optional.empty());
    }

    DataPlace read() {
        try {
            return configurationFile.dataPlace(config);
        } catch (ConfigurationRefused refused) {
            throw new CommandFailed(
                    ExitCode.USAGE,
                    "the configuration cannot be used: " + String.join("; ", refused.problems()),
                    refused);
        }
    }

    /** A command on the same server. */
    String[] command(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        config.ifPresent(
                file -> {
                    command.add("--config");
                    command.add(file.toString());
                });
        return command.toArray(String[]::new);
    }

    static CommandFailed failure(BackupRefused refused) {
        ExitCode exitCode =
                refused instanceof BackupBroken ? ExitCode.CHECK_FAILED : ExitCode.CANNOT_START;
        return new CommandFailed(exitCode, String.valueOf(refused.getMessage()), refused);
    }
}
