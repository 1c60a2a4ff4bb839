/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * {@code breakwater scan}: looks for secrets in what is about to ship, on the machine that built
 * it.
 *
 * <p>It guarantees the same rules and limits as an upload to a server, and that no secret is
 * printed. It ends with 5 when something is found or was not looked into, so that a build stops. It
 * refuses rule files that it does not understand to the letter. Read {@link
 * dev.breakwater.cli.scan.ScanCommand} first.
 */
@NullMarked
package dev.breakwater.cli.scan;

import org.jspecify.annotations.NullMarked;
