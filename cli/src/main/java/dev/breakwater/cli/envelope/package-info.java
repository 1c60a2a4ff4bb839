/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code envelope} commands: the keys that devices seal to, and what was sealed to a key that
 * the organization alone holds.
 *
 * <p>They guarantee that a private key is never printed and never sent: it is made here, lies in a
 * file that its owner alone can read, sealed with a passphrase, and what it opens is opened here,
 * without a server. Each envelope opens once, as what it was sealed as; one that does not is named,
 * and left as it came. Refuses a key file that is readable to others or already there. Read {@link
 * dev.breakwater.cli.envelope.EnvelopeCommand} first, then {@link
 * dev.breakwater.cli.envelope.SealedReadings}.
 */
@NullMarked
package dev.breakwater.cli.envelope;

import org.jspecify.annotations.NullMarked;
