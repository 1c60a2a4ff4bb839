/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code backup} and {@code restore} commands: what they say, and how they end.
 *
 * <p>They guarantee that a backup of a running server holds all that was acknowledged before it
 * began, with each artifact that its database names, and that a broken one is not restored. They
 * refuse to replace anything: neither a backup nor data. Read {@link
 * dev.breakwater.cli.backup.BackupCommand} first; what is copied in which order stands in {@link
 * dev.breakwater.server.DataBackup}.
 */
@NullMarked
package dev.breakwater.cli.backup;

import org.jspecify.annotations.NullMarked;
