/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.server;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.server.ServerConfiguration;
import dev.breakwater.server.store.DatabaseLocation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The server that is meant, named by its configuration, for every command on its machine. */
public final class ConfiguredPlace {

    private final ConfigurationFile configurationFile;

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The server's configuration, in TOML. Without it, the defaults.")
    private Optional<Path> config = Optional.empty();

    /** A place whose defaults this environment gives. */
    public ConfiguredPlace(Map<String, String> environment) {
        this.configurationFile =
                new ConfigurationFile(
                        Path.of(environment.getOrDefault("HOME", ".")),
                        Optional.ofNullable(environment.get("CREDENTIALS_DIRECTORY"))
                                .map(Path::of));
    }

    /** All that the server is to be; every secret has to be there. */
    ServerConfiguration configuration() {
        try {
            return config.isPresent()
                    ? configurationFile.read(config.get())
                    : configurationFile.defaults();
        } catch (ConfigurationRefused refused) {
            throw unusable(refused);
        }
    }

    /** Where the data lie; no secret has to be there. */
    public DataPlace read() {
        try {
            return configurationFile.dataPlace(config);
        } catch (ConfigurationRefused refused) {
            throw unusable(refused);
        }
    }

    /** The database, with what opens it. */
    public DatabaseLocation database() {
        try {
            return configurationFile.database(config);
        } catch (ConfigurationRefused refused) {
            throw unusable(refused);
        }
    }

    private static CommandFailed unusable(ConfigurationRefused refused) {
        return new CommandFailed(
                ExitCode.USAGE,
                "the configuration cannot be used: " + String.join("; ", refused.problems()),
                refused);
    }

    /** A command on the same server. */
    public String[] command(String... words) {
        List<String> command = new ArrayList<>(List.of(words));
        config.ifPresent(
                file -> {
                    command.add("--config");
                    command.add(file.toString());
                });
        return command.toArray(String[]::new);
    }
}
