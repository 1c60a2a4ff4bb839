/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code audit} commands: reading the log through the API, and proving it without a server.
 *
 * <p>It guarantees that {@code verify} changes nothing on the disk it judges, and that it says
 * which entry is the first that does not fit. It refuses to judge a database that is not
 * Breakwater's. Read {@link dev.breakwater.cli.audit.AuditCommand} first.
 */
@NullMarked
package dev.breakwater.cli.audit;

import org.jspecify.annotations.NullMarked;
