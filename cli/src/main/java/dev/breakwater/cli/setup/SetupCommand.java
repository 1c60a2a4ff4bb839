/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.setup;

import dev.breakwater.cli.client.ApiAnswer;
import dev.breakwater.cli.client.ApiClient;
import dev.breakwater.cli.client.ApiRequest;
import dev.breakwater.cli.client.Profile;
import dev.breakwater.cli.client.ProfileFile;
import dev.breakwater.cli.client.Trust;
import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Terminal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code breakwater setup}: becoming the administrator of a new server. */
@Command(
        name = "setup",
        description = {
            "Become the administrator of a new server with the one-time code it printed at its first",
            "start. The token goes into a profile that only you can read, and every other command uses it."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  breakwater setup https://localhost:8443 --code ABCD-... --root sha256:0f1e...",
            "  breakwater setup https://iot.example:8443 --code --root sha256:0f1e... --profile work.toml"
        })
public final class SetupCommand implements Callable<Integer> {

    private final Terminal terminal;
    private final Path standardProfile;

    @Parameters(
            paramLabel = "SERVER",
            description = "The server's API, https://host:port, under a name in its certificate.")
    private String server = "";

    @Option(
            names = "--code",
            required = true,
            interactive = true,
            arity = "0..1",
            paramLabel = "CODE",
            description = "The one-time code; without a value it is asked for and not shown.")
    private String code = "";

    @Option(
            names = "--root",
            required = true,
            paramLabel = "FINGERPRINT",
            description =
                    "SHA-256 of the server's root certificate, printed beside the code, or system for"
                            + " a server whose API has a publicly trusted one.")
    private String root = "";

    @Option(
            names = "--organization",
            paramLabel = "NAME",
            description = "The name of the first organization; ${DEFAULT-VALUE} if not given.")
    private String organization = "default";

    @Option(
            names = "--token-name",
            paramLabel = "NAME",
            description = "What the token is called in lists; ${DEFAULT-VALUE} if not given.")
    private String tokenName = "first administrator";

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            description = "Where to keep the profile instead of the standard place.")
    private @Nullable Path profile;

    @Option(names = "--replace", description = "Replace a profile that is already there.")
    private boolean replaces;

    /** A setup that keeps its profile in {@code standardProfile} unless told otherwise. */
    public SetupCommand(Terminal terminal, Path standardProfile) {
        this.terminal = terminal;
        this.standardProfile = standardProfile;
    }

    /**
     * A crash after the server took the code and before the profile is stored loses the token; the
     * server's operator makes another at the server's own command line then.
     */
    @Override
    public Integer call() throws IOException {
        URI address = parsed(Profile::server, server);
        Trust trust = parsed(Trust::parse, root);
        ProfileFile file = new ProfileFile(profile == null ? standardProfile : profile);
        try (ProfileFile.Reservation reservation = file.reserve(replaces);
                ApiClient api = ApiClient.withoutToken(address, trust)) {
            ApiAnswer done = api.send(ApiRequest.post(request(), "setup"));
            String secret =
                    done.json()
                            .path("token")
                            .path("secret")
                            .asStringOpt()
                            .orElseThrow(() -> noToken(address));
            reservation.store(new Profile(address, trust, secret));
        }
        terminal.say("You are the administrator of " + address + ".");
        terminal.say("The token is in " + file.path() + ", readable by you only.");
        terminal.next("product", "create", "Smart fish tank");
        return ExitCode.OK.number();
    }

    private ObjectNode request() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", code)
                .put("organizationName", organization)
                .put("tokenName", tokenName);
    }

    private static CommandFailed noToken(URI address) {
        return new CommandFailed(
                ExitCode.UNREACHABLE,
                address + " took the code and gave no token; is it a newer Breakwater?");
    }

    private static <T> T parsed(Function<String, T> parser, String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(
                    ExitCode.USAGE, "'" + text + "' cannot be used: " + wrong.getMessage(), wrong);
        }
    }
}
