/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/**
 * Lines that change while somebody looks. On a screen they are drawn over what stood there; where
 * each line stays, such as in a file, all of them follow once more when any has changed, after an
 * empty line, and nothing at all while none has. Not safe for use by several threads.
 */
public final class LiveTable {

    private final Terminal terminal;
    private final String title;
    private List<String> last = List.of();

    /**
     * Nothing is shown yet.
     *
     * @param title stands above the lines on a screen only: what is watched, and how to end it
     */
    public LiveTable(Terminal terminal, String title) {
        this.terminal = terminal;
        this.title = title;
    }

    /** Shows how it is now. */
    public void show(List<String> lines) {
        if (lines.equals(last)) {
            return;
        }
        if (terminal.canRedraw()) {
            List<String> all = new ArrayList<>(lines.size() + 2);
            all.add(title);
            all.add("");
            all.addAll(lines);
            terminal.redraw(all);
        } else {
            if (!last.isEmpty()) {
                terminal.result("");
            }
            lines.forEach(terminal::result);
        }
        last = List.copyOf(lines);
    }
}
