/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.release;

import dev.breakwater.cli.client.ServerOptions;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code breakwater release}: sign, publish and withdraw what devices install. */
@Command(
        name = "release",
        description = {
            "Sign, publish and withdraw what a product's devices install. Keys of root and of releases stay with",
            "people: the server never has one.",
        })
public final class ReleaseCommand {

    // Picocli itself acts on it: the verbs and nouns below inherit these options.
    @Mixin private final ServerOptions unusedServer;

    private ReleaseCommand(ServerOptions server) {
        this.unusedServer = server;
    }

    /**
     * The command with all below it.
     *
     * @param trust the directory in which this machine keeps what it knows of repositories
     */
    public static CommandLine of(ServerOptions server, Path trust) {
        CommandLine keys =
                new CommandLine(new KeysCommand(server))
                        .addSubcommand("init", new InitCommand(server, trust));
        return new CommandLine(new ReleaseCommand(server)).addSubcommand("keys", keys);
    }
}
