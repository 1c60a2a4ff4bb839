/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.completion;

import dev.breakwater.cli.terminal.Terminal;
import java.util.function.Supplier;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code breakwater completion}: a script that completes commands and options. */
@Command(
        name = "completion",
        description = "Print a script that completes breakwater's commands in a shell.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  source <(breakwater completion bash)",
            "  breakwater completion zsh > ~/.breakwater-completion.zsh"
        })
public final class CompletionCommand {

    private final Terminal terminal;
    private final Supplier<CommandLine> whole;

    /** For the command line that {@code whole} makes. */
    public CompletionCommand(Terminal terminal, Supplier<CommandLine> whole) {
        this.terminal = terminal;
        this.whole = whole;
    }

    @Command(description = "The script for bash.")
    void bash() {
        print();
    }

    @Command(description = "The script for zsh.")
    void zsh() {
        print();
    }

    /** One script serves both: it turns zsh's support for bash completion on by itself. */
    private void print() {
        terminal.out().print(AutoComplete.bash("breakwater", whole.get()));
        terminal.out().flush();
    }
}
