/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code label} commands: what a maker has printed on its devices.
 *
 * <p>They guarantee that a file of labels is looked through to its end before any of them is
 * entered, that each line which cannot be used is named with its number, and that an import which
 * broke off can be run again: what stands already is left as it is. The passphrase of a device's
 * network is never an argument and goes to no server; it is in the picture of the label, which its
 * owner alone can read. What may be entered is the server's decision: this is a layer over its API.
 * Read {@link dev.breakwater.cli.label.LabelCommand} first.
 */
@NullMarked
package dev.breakwater.cli.label;

import org.jspecify.annotations.NullMarked;
