/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import java.io.PrintWriter;

/** Where a command's words go. All text passes {@link SafeText} on its way. */
public final class Terminal {

    private final PrintWriter out;
    private final PrintWriter err;

    /** Writes results to {@code out} and everything else to {@code err}. */
    public Terminal(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** One line of the result. */
    public void result(String line) {
        out.println(SafeText.line(line));
        out.flush();
    }

    /** A result that is JSON text, to the letter. */
    public void json(String text) {
        out.println(SafeText.json(text));
        out.flush();
    }

    /** What was done or found, for the reader and not for the script. */
    public void say(String sentence) {
        err.println(SafeText.line(sentence));
        err.flush();
    }

    /**
     * The next useful command, ready to be copied.
     *
     * @param words the command's words; each is quoted for the shell where it must be
     */
    public void next(String... words) {
        StringBuilder command = new StringBuilder("next: breakwater");
        for (String word : words) {
            command.append(' ').append(ShellWord.quoted(word));
        }
        say(command.toString());
    }

    /** Where results go, for text that is made elsewhere and known to be safe. */
    public PrintWriter out() {
        return out;
    }

    /** Where everything else goes. */
    public PrintWriter err() {
        return err;
    }
}
