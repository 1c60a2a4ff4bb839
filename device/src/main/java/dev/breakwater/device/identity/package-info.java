/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Who the device is: its keys, its certificates, and the one root it trusts.
 *
 * <p>Guarantees: keys are made on the device and nothing here asks for their bytes, so they may
 * live in a PKCS#11 token or a TPM ({@link dev.breakwater.device.identity.KeyPlace}); a token that
 * does not answer is an error and never a reason to make another key; a certificate is stored only
 * after {@link dev.breakwater.device.identity.VerifiedCertificate} found our own key in it and a
 * chain to the pinned root; the credential in use is dropped only when its successor has connected.
 * Refuses certificates for another key, serial or purpose, and servers that do not chain to the
 * pinned root or carry another host's name.
 *
 * <p>Read {@link dev.breakwater.device.identity.CredentialSlots} first.
 */
@NullMarked
package dev.breakwater.device.identity;

import org.jspecify.annotations.NullMarked;
