/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** Where a command's words go. All text passes {@link SafeText} on its way. */
public final class Terminal {

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean screen;

    /** Writes results to {@code out} and everything else to {@code err}. */
    public Terminal(PrintWriter out, PrintWriter err) {
        this(out, err, false);
    }

    /**
     * Writes to {@code out} and {@code err}.
     *
     * @param screen whether {@code out} is a terminal that obeys control sequences
     */
    public Terminal(PrintWriter out, PrintWriter err, boolean screen) {
        this.out = out;
        this.err = err;
        this.screen = screen;
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

    /**
     * Whether results go to a screen that {@link #redraw} can use: an interactive terminal, and not
     * one that says it is dumb.
     */
    public boolean canRedraw() {
        return screen;
    }

    /**
     * Shows these lines in place of what the screen shows (ECMA-48: cursor home, erase to the end
     * of the line, erase below).
     */
    public void redraw(List<String> lines) {
        out.print("\033[H");
        for (String line : lines) {
            out.print(SafeText.line(line) + "\033[K\n");
        }
        out.print("\033[J");
        out.flush();
    }

    /**
     * Shows this line in place of the line the cursor stands in, and leaves the cursor there
     * (ECMA-48 carriage return and erase to the end of the line). A line longer than the screen is
     * cut by the screen: wrapped, its first part could not be drawn over (DECAWM off while it is
     * written).
     */
    void redrawLine(String line) {
        out.print("\r\033[?7l" + SafeText.line(line) + "\033[K\033[?7h");
        out.flush();
    }

    /** Leaves nothing of what {@link #redrawLine} has shown. */
    void eraseLine() {
        out.print("\r\033[K");
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
        say("next: breakwater " + command(words));
    }

    /**
     * The next useful command as a line of the result, for a command that goes on and leaves
     * standard error to its log.
     *
     * @param words the command's words; each is quoted for the shell where it must be
     */
    public void resultNext(String... words) {
        result("next: breakwater " + command(words));
    }

    /**
     * A command of another program, ready to be copied.
     *
     * @param reason why to run it
     * @param words the program and its words; each is quoted for the shell where it must be
     */
    public void nextOther(String reason, String... words) {
        say(reason + ": " + command(words));
    }

    private static String command(String... words) {
        return Arrays.stream(words).map(ShellWord::quoted).collect(Collectors.joining(" "));
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
