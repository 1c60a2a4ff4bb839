/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.companion.account.RootTrust;
import dev.breakwater.companion.account.ServerAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server, for an owner who may not have logged in yet. */
final class AppServer {

    @Option(
            names = "--server",
            paramLabel = "SERVER",
            description =
                    "The server's API, https://host:port; if not given, the one of the last log-in.")
    private @Nullable String server;

    @Option(
            names = "--root",
            paramLabel = "FINGERPRINT",
            description =
                    "SHA-256 of the server's root certificate, or system for a server whose API has a"
                            + " publicly trusted one; if not given, the one of the last log-in, or else"
                            + " system.")
    private @Nullable String root;

    /** The server that was named, or else the one that is known; empty if there is neither. */
    Optional<ServerAddress> chosen(OwnerFile file) {
        Optional<ServerAddress> known = file.content().map(OwnerFile.Content::server);
        try {
            if (server == null && root == null) {
                return known;
            }
            Optional<RootTrust> trust =
                    root == null
                            ? known.map(ServerAddress::trust)
                            : Optional.of(RootTrust.parse(root));
            return server == null
                    ? known.map(address -> new ServerAddress(address.uri(), trust.orElseThrow()))
                    : Optional.of(
                            ServerAddress.parse(server, trust.orElseGet(RootTrust.Platform::new)));
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(
                    ExitCode.USAGE, "the server cannot be used: " + wrong.getMessage(), wrong);
        }
    }

    /** The same where there must be one. */
    ServerAddress required(OwnerFile file) {
        return chosen(file).orElseThrow(AppServer::unknown);
    }

    private static CommandFailed unknown() {
        return new CommandFailed(
                ExitCode.USAGE,
                "which server is not known yet; give --server https://host:port and, unless its"
                        + " certificate is publicly trusted, --root sha256:..., which whoever sold the"
                        + " device can tell");
    }
}
