/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.backup;

import dev.breakwater.cli.terminal.Terminal;
import dev.breakwater.cli.terminal.TransferProgress;
import dev.breakwater.server.DataBackup;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** How far a long copy is; nothing of it is shown before there is something to copy. */
final class ArtifactProgress implements DataBackup.Progress, AutoCloseable {

    private final Terminal terminal;
    private final String what;
    private @Nullable TransferProgress shown;

    ArtifactProgress(Terminal terminal, String what) {
        this.terminal = terminal;
        this.what = what;
    }

    @Override
    public void at(long bytes, long of) {
        if (shown == null) {
            shown = new TransferProgress(terminal, what, of, InstantSource.system());
        }
        shown.at(bytes);
    }

    @Override
    public void close() {
        end();
    }

    /** Takes the line away, before results are printed where it stood. */
    void end() {
        if (shown != null) {
            shown.close();
            shown = null;
        }
    }
}
