/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What is printed on a device, and by what it is known before it has an identity: the text of its
 * label and the hash of its set-up key.
 *
 * <p>Guarantees one reading of a label: each member is there exactly once, in the form a device of
 * ours prints, or the label is refused as a whole. Read {@link
 * dev.breakwater.protocol.setup.SetupLabel} first.
 */
@NullMarked
package dev.breakwater.protocol.setup;

import org.jspecify.annotations.NullMarked;
