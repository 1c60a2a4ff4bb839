/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a device and its server say to each other when the device shows that its key was made inside
 * its TPM and cannot leave it: JSON over HTTPS with mutual TLS, at the server's port for devices.
 *
 * <p>The device names its TPM's endorsement key and a fresh attestation key; the server answers a
 * challenge that only that TPM can open, and only if both keys live in it (TPM 2.0 Library Part 1,
 * section 24, "Credential Protection"). The device answers with what the attestation key certified
 * of the device's key.
 *
 * <p>Guarantees that a message that exists is well-formed JSON within its limits. It does not look
 * into the TPM's structures, which are carried as the TPM marshals them: whoever needs what stands
 * in them reads them as hostile. Refuses members nobody knows with a {@link
 * dev.breakwater.protocol.message.MalformedMessage}. Read {@link
 * dev.breakwater.protocol.attestation.AttestationPaths} first.
 */
@NullMarked
package dev.breakwater.protocol.attestation;

import org.jspecify.annotations.NullMarked;
