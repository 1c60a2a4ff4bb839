/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.app;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.terminal.Columns;
import dev.breakwater.cli.terminal.Keyboard;
import dev.breakwater.cli.terminal.OutputFormat;
import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.companion.account.Account;
import dev.breakwater.companion.account.Outcome;
import dev.breakwater.companion.account.OwnDevice;
import dev.breakwater.companion.account.Proof;
import dev.breakwater.companion.account.ProofKind;
import dev.breakwater.companion.account.Refusal;
import dev.breakwater.companion.account.Visitor;
import dev.breakwater.protocol.DeviceId;
import dev.breakwater.protocol.DeviceSerial;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.JsonNode;

/** The options of every command of the app, and what they lead to. */
public final class AppOptions {

    private static final int ATTEMPTS_MAX = 3;

    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final Terminal terminal;
    private final Keyboard keyboard;
    private final Path standardFile;
    private final String standardCode;

    @Option(
            names = "--session",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The file with your session, instead of the standard one.")
    private @Nullable Path session;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            scope = ScopeType.INHERIT,
            description = "table (for people) or json (for scripts).")
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
     * @param standardFile where the session is kept
     * @param standardCode the second factor that the environment holds, or nothing
     */
    public AppOptions(
            Terminal terminal, Keyboard keyboard, Path standardFile, String standardCode) {
        this.terminal = terminal;
        this.keyboard = keyboard;
        this.standardFile = standardFile;
        this.standardCode = standardCode;
    }

    /** A request to the server, by the companion. */
    @FunctionalInterface
    interface Request<T> {
        Outcome<T> send() throws IOException, InterruptedException;
    }

    Terminal terminal() {
        return terminal;
    }

    Keyboard keyboard() {
        return keyboard;
    }

    OwnerFile file() {
        return new OwnerFile(session == null ? standardFile : session);
    }

    /** The account of whoever is logged in. The caller closes it. */
    Account account() {
        OwnerFile file = file();
        OwnerFile.Content content =
                file.content()
                        .orElseThrow(
                                () ->
                                        new CommandFailed(
                                                ExitCode.CANNOT_START,
                                                "nobody is logged in; run breakwater app login"
                                                        + " EMAIL"));
        return new Account(content.server(), file, InstantSource.system());
    }

    /** Sends a request that needs no account. */
    static <T> T done(Request<T> request) {
        return value(outcome(request));
    }

    /** Sends a request, and again when the owner has proven who they are, if it takes that. */
    <T> T done(Account account, Request<T> request) {
        Outcome<T> outcome = outcome(request);
        if (outcome instanceof Outcome.ProofNeeded<T>(var kind)) {
            prove(account, kind);
            outcome = outcome(request);
        }
        return value(outcome);
    }

    /** The same, or nothing if the server cannot be reached at this moment. */
    <T> Optional<T> doneIfReached(Account account, Request<T> request) {
        Outcome<T> outcome = outcome(request);
        return switch (outcome) {
            case Outcome.Unreachable<T> _ -> Optional.empty();
            case Outcome.ProofNeeded<T> _ -> Optional.of(done(account, request));
            case Outcome.Done<T> _, Outcome.Refused<T> _, Outcome.LoggedOut<T> _ ->
                    Optional.of(value(outcome));
        };
    }

    static <T> Outcome<T> outcome(Request<T> request) {
        try {
            return request.send();
        } catch (IOException notKept) {
            throw new CommandFailed(
                    ExitCode.CANNOT_START,
                    "the session cannot be kept: " + notKept.getMessage(),
                    notKept);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CommandFailed(ExitCode.UNREACHABLE, "interrupted while waiting", interrupted);
        }
    }

    private static <T> T value(Outcome<T> outcome) {
        return switch (outcome) {
            case Outcome.Done<T>(var value) -> value;
            case Outcome.Refused<T>(var refusal) ->
                    throw new CommandFailed(ExitCode.REFUSED, clause(refusal.sentence()));
            case Outcome.ProofNeeded<T> _ ->
                    throw new CommandFailed(
                            ExitCode.REFUSED,
                            "the server wants to be shown once more who you are; log in again");
            case Outcome.LoggedOut<T>(var sentence) ->
                    throw new CommandFailed(
                            ExitCode.REFUSED,
                            clause(sentence) + "; run breakwater app login EMAIL");
            case Outcome.Unreachable<T>(var sentence) ->
                    throw new CommandFailed(ExitCode.UNREACHABLE, clause(sentence));
        };
    }

    /** A failure is one sentence behind a colon, without a full stop. */
    static String clause(String sentence) {
        return sentence.endsWith(".") ? sentence.substring(0, sentence.length() - 1) : sentence;
    }

    private void prove(Account account, ProofKind kind) {
        Optional<String> said = kind == ProofKind.SECOND_FACTOR ? said() : Optional.empty();
        if (said.isEmpty() && !keyboard.isAttended()) {
            throw new CommandFailed(
                    ExitCode.REFUSED,
                    switch (kind) {
                        case SECOND_FACTOR ->
                                "a second factor is needed once more; give it with --code";
                        case PASSWORD ->
                                "the password is needed once more; run the command at a terminal,"
                                        + " which asks for it, or log in anew";
                    });
        }
        int attempts = said.isPresent() ? 1 : ATTEMPTS_MAX;
        for (int left = attempts; ; left--) {
            Proof proof =
                    switch (kind) {
                        case SECOND_FACTOR -> secondFactor(said);
                        case PASSWORD ->
                                new Proof.Password(keyboard.secret("Your password once more"));
                    };
            Outcome<?> outcome = outcome(() -> account.prove(proof));
            if (left == 1 || !isWrong(outcome)) {
                var _ = value(outcome);
                return;
            }
        }
    }

    /** Whether another try may help. */
    static boolean isWrong(Outcome<?> outcome) {
        return outcome instanceof Outcome.Refused<?>(var refusal)
                && (refusal.kind() == Refusal.Kind.PROOF_REFUSED
                        || refusal.kind() == Refusal.Kind.LOG_IN_REFUSED);
    }

    /** The second factor that was said beforehand, or what is typed now. */
    Proof secondFactor(Optional<String> said) {
        String typed =
                said.orElseGet(
                        () ->
                                keyboard.secret(
                                        "Six digits of your authenticator app, or a recovery code"));
        try {
            return Proof.secondFactor(typed);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
    }

    /** The second factor that the command line or the environment says. */
    Optional<String> said() {
        return Optional.ofNullable(code)
                .or(() -> Optional.of(standardCode).filter(words -> !words.isBlank()));
    }

    /** One of the owner's devices, by its id or its serial. */
    OwnDevice device(Account account, String idOrSerial) {
        if (ID.matcher(idOrSerial).matches()) {
            Outcome<OwnDevice> byId =
                    outcome(() -> account.devices().device(DeviceId.parse(idOrSerial)));
            boolean unknown =
                    byId instanceof Outcome.Refused<OwnDevice>(var refusal)
                            && refusal.kind() == Refusal.Kind.NOT_FOUND;
            if (!unknown) {
                return value(byId);
            }
        }
        DeviceSerial serial;
        try {
            serial = new DeviceSerial(idOrSerial);
        } catch (IllegalArgumentException wrong) {
            throw new CommandFailed(ExitCode.USAGE, String.valueOf(wrong.getMessage()), wrong);
        }
        return done(account, () -> account.devices().withSerial(serial))
                .orElseThrow(
                        () ->
                                new CommandFailed(
                                        ExitCode.REFUSED,
                                        "none of your devices has the id or serial '"
                                                + idOrSerial
                                                + "'; breakwater app devices shows them"));
    }

    /** What needs no account. The caller closes it. */
    Visitor visitor() {
        return new Visitor(
                file().content()
                        .orElseThrow(
                                () -> new IllegalStateException("whoever has an account has one"))
                        .server());
    }

    boolean isJson() {
        return format == OutputFormat.JSON;
    }

    /** Prints one thing. */
    void print(JsonNode json, Columns columns) {
        if (isJson()) {
            terminal.json(json.toString());
        } else {
            columns.printSheet(json, terminal);
        }
    }
}
