/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code tuf-client} command: our client of The Update Framework behind the command line that
 * its public conformance suite drives, so that anybody can hold it to the suite.
 *
 * <p>Guarantees: the metadata it trusts lies in a directory under plain names ({@code root.json}),
 * to the byte as it was served; a target gets its name only after its hashes were checked. It ends
 * with 0 or with 1. It refuses plain HTTP to anything but this machine. Read {@link
 * dev.breakwater.cli.tuf.TufClientCommand} first.
 */
@NullMarked
package dev.breakwater.cli.tuf;

import org.jspecify.annotations.NullMarked;
