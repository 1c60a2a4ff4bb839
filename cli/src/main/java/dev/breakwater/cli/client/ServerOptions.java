/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.client;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.cli.terminal.OutputFormat;
import dev.breakwater.cli.terminal.Terminal;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.JsonNode;

/**
 * The options of every command that talks to a server, and what they lead to. A group of commands
 * holds one as a mixin; its verbs inherit the options.
 */
public final class ServerOptions {

    private final Terminal terminal;
    private final Keyboard keyboard;
    private final Path standardProfile;
    private final String standardCode;

    @Option(
            names = "--profile",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The profile to use instead of the standard one.")
    private @Nullable Path profile;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table (for people) or json (for scripts, exactly what the API says).")
    private OutputFormat format = OutputFormat.TABLE;

    @Option(
            names = "--code",
            paramLabel = "CODE",
            scope = ScopeType.INHERIT,
            description =
                    "Six digits of your authenticator app, or a recovery code, where the server wants a"
                            + " second factor; asked for at a terminal. BREAKWATER_CODE in the environment"
                            + " does the same.")
    private @Nullable String code;

    /**
     * Options with these defaults.
     *
     * @param standardCode the second factor that the environment holds, or nothing
     */
    public ServerOptions(
            Terminal terminal, Keyboard keyboard, Path standardProfile, String standardCode) {
        this.terminal = terminal;
        this.keyboard = keyboard;
        this.standardProfile = standardProfile;
        this.standardCode = standardCode;
    }

    /** Where the words go. */
    public Terminal terminal() {
        return terminal;
    }

    /** Where secrets come from. */
    public Keyboard keyboard() {
        return keyboard;
    }

    /** The form results are wanted in. */
    public OutputFormat format() {
        return format;
    }

    /** For the verb of a group that needs no server: an option without effect misleads. */
    public void refuseProfile(String why) {
        if (profile != null) {
            throw new CommandFailed(ExitCode.USAGE, why + "; leave --profile out");
        }
    }

    /** The server of the profile. The caller closes it. */
    public ApiClient connect() {
        return ApiClient.of(file(), secondFactor());
    }

    /** How the second factor is proven. */
    public SecondFactor secondFactor() {
        return new SecondFactor(this::code, keyboard);
    }

    /** The profile that says which server. */
    public ProfileFile file() {
        return new ProfileFile(profile == null ? standardProfile : profile);
    }

    private Optional<String> code() {
        return Optional.ofNullable(code)
                .or(() -> Optional.of(standardCode).filter(words -> !words.isBlank()));
    }

    /** Prints one thing. */
    public void print(ApiAnswer answer, Columns columns) {
        print(answer, json -> columns.printSheet(json, terminal));
    }

    /**
     * Prints a page of a listing and, when there is more, the command that goes on.
     *
     * @param listing the words of the command, without its cursor
     */
    public void printPage(ApiAnswer answer, Columns columns, String... listing) {
        print(answer, json -> columns.printRows(json.path("items"), terminal));
        String cursor = answer.json().path("nextCursor").asString("");
        if (!cursor.isEmpty()) {
            String[] next = Arrays.copyOf(listing, listing.length + 2);
            next[listing.length] = "--cursor";
            next[listing.length + 1] = cursor;
            terminal.next(next);
        }
    }

    /** Prints an answer in the form that was asked for. */
    public void print(ApiAnswer answer, Consumer<JsonNode> asTable) {
        switch (format) {
            case TABLE -> asTable.accept(answer.json());
            case JSON -> {
                if (!answer.text().isEmpty()) {
                    terminal.json(answer.text().strip());
                }
            }
        }
    }
}
