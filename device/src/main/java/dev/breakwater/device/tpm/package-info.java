/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The little of TPM 2.0 that a device needs: keys that are made inside and cannot leave,
 * signatures, the proof to a server that a key is such a one, and a counter that nobody sets back.
 * TPM 2.0 Library, Part 2 (structures) and Part 3 (commands), spoken to the character device of the
 * kernel's resource manager or to the socket of a TPM in software.
 *
 * <p>Guarantees that no call lasts longer than its limit, that nothing stays loaded in the TPM
 * after it, and that every answer is read strictly: what is not exactly the answer to the command
 * is a {@link dev.breakwater.device.tpm.TpmFailure}, never a defect. Refuses keys that the TPM made
 * otherwise than it was told, and signatures that do not verify. It computes no cryptography of its
 * own: commands are authorized by empty passwords and policies, as the hierarchies of a device's
 * TPM have none; whoever holds the bus between processor and TPM can use the key while they hold
 * it, and cannot take it away.
 *
 * <p>Read {@link dev.breakwater.device.tpm.Tpm} first.
 */
@NullMarked
package dev.breakwater.device.tpm;

import org.jspecify.annotations.NullMarked;
