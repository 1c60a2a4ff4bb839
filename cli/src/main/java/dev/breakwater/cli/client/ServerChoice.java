/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Which server, for somebody who may not have a profile yet: what the options say, and the profile
 * for the rest.
 */
public final class ServerChoice {

    @Option(
            names = "--server",
            paramLabel = "SERVER",
            description = "The server's API, https://host:port; if not given, the profile's.")
    private @Nullable String server;

    @Option(
            names = "--root",
            paramLabel = "FINGERPRINT",
            description =
                    "SHA-256 of the server's root certificate, or system for a server whose API has a"
                            + " publicly trusted one; if not given, the profile's.")
    private @Nullable String root;

    /** The server, and nothing to show to it. */
    public Profile chosen(ProfileFile file) {
        Optional<Profile> kept =
                Files.exists(file.path()) ? Optional.of(file.read()) : Optional.empty();
        return Profile.of(
                parsed(Profile::server, server)
                        .or(() -> kept.map(Profile::server))
                        .orElseThrow(() -> unknown(file)),
                parsed(Trust::parse, root)
                        .or(() -> kept.map(Profile::root))
                        .orElseThrow(() -> unknown(file)));
    }

    private static CommandFailed unknown(ProfileFile file) {
        return new CommandFailed(
                ExitCode.USAGE,
                "there is no profile "
                        + file.path()
                        + " that says which server; give --server https://host:port and --root"
                        + " sha256:... or --root system, which whoever runs the server can tell");
    }

    private static <T> Optional<T> parsed(Function<String, T> parser, @Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(text));
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(
                    ExitCode.USAGE, "'" + text + "' cannot be used: " + wrong.getMessage(), wrong);
        }
    }
}
