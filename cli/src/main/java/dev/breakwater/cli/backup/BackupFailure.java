/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
package dev.breakwater.cli.backup;

import dev.breakwater.cli.outcome.CommandFailed;
import dev.breakwater.cli.outcome.ExitCode;
import dev.breakwater.server.BackupBroken;
import dev.breakwater.server.BackupRefused;

/** How a backup or a restoration that was refused ends the command. */
final class BackupFailure {

    private BackupFailure() {}

    static CommandFailed of(BackupRefused refused) {
        ExitCode exitCode =
                refused instanceof BackupBroken ? ExitCode.CHECK_FAILED : ExitCode.CANNOT_START;
        return new CommandFailed(exitCode, String.valueOf(refused.getMessage()), refused);
    }
}
