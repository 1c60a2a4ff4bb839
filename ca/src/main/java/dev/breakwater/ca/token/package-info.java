/* Copyright the Breakwater authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * A PKCS#11 token (HSM, TPM through tpm2-pkcs11, SoftHSM) as whoever signs with it sees it, through
 * the JDK's SunPKCS11: the certificate authority, and people who sign releases.
 *
 * <p>Guarantees that a key is made inside as sensitive and not extractable, that one is never
 * replaced, and that a token serves nobody but whoever opened it: its provider is never put on the
 * JVM's list. A PIN is tried once, since a token locks itself after a few wrong ones. Read {@link
 * dev.breakwater.ca.token.TokenSession}.
 */
@NullMarked
package dev.breakwater.ca.token;

import org.jspecify.annotations.NullMarked;
