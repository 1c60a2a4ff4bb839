/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.cli.outcome.NearestWord;
import dev.breakwater.cli.terminal.Terminal;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place where a failure becomes a sentence and an exit code. */
final class Failures implements IParameterExceptionHandler, IExecutionExceptionHandler {

    private final Terminal terminal;
    private final BooleanSupplier verbose;

    Failures(Terminal terminal, BooleanSupplier verbose) {
        this.terminal = terminal;
        this.verbose = verbose;
    }

    /** The command line cannot be understood. */
    @Override
    public int handleParseException(ParameterException refused, String[] arguments) {
        CommandLine command = refused.getCommandLine();
        terminal.say(
                "breakwater: "
                        + what(refused, command)
                        + "; see "
                        + command.getCommandSpec().qualifiedName()
                        + " --help");
        return ExitCode.USAGE.number();
    }

    private static String what(ParameterException refused, CommandLine command) {
        if (refused instanceof UnmatchedArgumentException unmatched) {
            String word = unmatched.getUnmatched().getFirst();
            Set<String> options = command.getCommandSpec().optionsMap().keySet();
            Set<String> verbs = command.getSubcommands().keySet();
            if (unmatched.isUnknownOption()) {
                return "there is no option '" + word + "'" + suggestion(word, options);
            }
            return verbs.isEmpty()
                    ? "there is one word too many, '" + word + "'"
                    : "there is no command '" + word + "'" + suggestion(word, verbs);
        }
        String message = String.valueOf(refused.getMessage()).strip();
        if (message.startsWith("Missing required subcommand")) {
            return "say what to do: " + String.join(", ", command.getSubcommands().keySet());
        }
        return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1);
    }

    private static String suggestion(String word, Set<String> known) {
        return NearestWord.to(word, known).map(near -> "; did you mean " + near + "?").orElse("");
    }

    /** The command was understood and failed. */
    @Override
    public int handleExecutionException(
            Exception failure, CommandLine command, ParseResult arguments) {
        int number =
                switch (failure) {
                    case CommandFailed failed -> {
                        terminal.say("breakwater: " + failed.getMessage());
                        yield failed.exitCode().number();
                    }
                    default -> {
                        terminal.say(
                                "breakwater: failed unexpectedly ("
                                        + failure
                                        + "); run it again with --verbose and report what it says");
                        yield ExitCode.REFUSED.number();
                    }
                };
        if (verbose.getAsBoolean()) {
            failure.printStackTrace(terminal.err());
            terminal.err().flush();
        }
        return number;
    }
}
