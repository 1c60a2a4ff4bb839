/**
 * Tests of the backup and restore commands. They guarantee that each way to end has its words and
 * its exit code. Read {@link dev.breakwater.cli.backup.BackupCommandTest} first.
 */
@NullMarked
package dev.breakwater.cli.backup;

import org.jspecify.annotations.NullMarked;
